package io.bessemer.redfish;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.NodeId;
import io.bessemer.redfish.client.RedfishSettings;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A vendor's BMC by its written answers, with sessions: `src/test/resources/bmc`.
final class StubbedBmc implements AutoCloseable {
    static final String USER = "admin";
    static final String PASSWORD = "correct-horse";
    static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    static final NodeId ID = new NodeId(UUID.fromString("1be26c0b-03f2-4d2e-ae87-c02d7f33c781"));
    /// Nothing that is timed: a busy machine may take its time.
    static final RedfishSettings SETTINGS = new RedfishSettings(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(10),
            Duration.ofMinutes(5), 2);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    final WireMockServer server = new WireMockServer(options().dynamicPort());
    private final JsonNode answers;
    private int scenarios;

    StubbedBmc(String vendor) throws Exception {
        try (InputStream in = StubbedBmc.class.getResourceAsStream("/bmc/" + vendor + ".json")) {
            answers = JSON.readTree(in.readAllBytes());
        }
        server.start();
        server.stubFor(any(anyUrl()).atPriority(10).willReturn(jsonResponse("""
                {"error": {"code": "Base.1.8.GeneralError", "@Message.ExtendedInfo": [{"MessageId": "Base.1.8.ResourceMissingAtURI",
                 "Message": "The resource at the URI was not found.", "Resolution": "Place a valid resource at the URI."}]}}""", 404)));
        answers.properties().forEach(entry -> server.stubFor(get(urlEqualTo(entry.getKey())).willReturn(json(entry.getValue()))));
        for (String slash : List.of("", "/")) {
            server.stubFor(post(urlEqualTo(SESSIONS + slash)).willReturn(aResponse().withStatus(201).withHeader("X-Auth-Token", "token-1")
                    .withHeader("Location", "https://ilo-of-node.example.com" + SESSIONS + "/7/")));
        }
        server.stubFor(delete(urlEqualTo(SESSIONS + "/7/")).willReturn(aResponse().withStatus(200)));
    }

    /// Most send the entity tag of a resource as a header too.
    private static ResponseDefinitionBuilder json(JsonNode body) {
        ResponseDefinitionBuilder answer = aResponse().withStatus(200).withHeader("Content-Type", "application/json").withBody(body.toString());
        String tag = body.path("@odata.etag").asString("");
        return tag.isEmpty() ? answer : answer.withHeader("ETag", tag);
    }

    RedfishHardwareType driver() {
        return new RedfishHardwareType(SETTINGS);
    }

    DriverNode node(Object... more) {
        return node(Map.of(), more);
    }

    DriverNode node(Map<String, Object> properties, Object... more) {
        Map<String, Object> info = new LinkedHashMap<>(Map.of("redfish_address", "http://127.0.0.1:" + server.port(), "redfish_username", USER, "redfish_password", PASSWORD));
        for (int i = 0; i < more.length; i += 2) {
            info.put(more[i].toString(), more[i + 1]);
        }
        return new DriverNode(ID, "rack1-17", info, properties, null, false);
    }

    /// What it has been is so from now on.
    void set(String path, String pointer, Object value) {
        server.stubFor(get(urlEqualTo(path)).willReturn(json(with(path, pointer, value))));
    }

    /// It takes a request, and shows afterwards what the request was for.
    void takes(String method, String path, int status, String shownAt, String pointer, Object value) {
        String scenario = "change " + ++scenarios;
        server.stubFor(request(method, urlEqualTo(path)).inScenario(scenario).whenScenarioStateIs(STARTED).willSetStateTo("done").willReturn(aResponse().withStatus(status)));
        server.stubFor(get(urlEqualTo(shownAt)).inScenario(scenario).whenScenarioStateIs("done").willReturn(json(with(shownAt, pointer, value))));
    }

    void takes(String method, String path, int status) {
        server.stubFor(request(method, urlEqualTo(path)).willReturn(aResponse().withStatus(status)));
    }

    void answers(String method, String path, int status, String body) {
        server.stubFor(request(method, urlEqualTo(path)).willReturn(jsonResponse(body, status)));
    }

    /// Words of refusal.
    static String error(String id, String message, String resolution) {
        return JSON.writeValueAsString(Map.of("error", Map.of("code", "Base.1.8.GeneralError", "message", "A general error has occurred. See ExtendedInfo for more information.",
                "@Message.ExtendedInfo", List.of(Map.of("MessageId", id, "Message", message, "Resolution", resolution)))));
    }

    private JsonNode with(String path, String pointer, Object value) {
        ObjectNode body = (ObjectNode) answers.path(path).deepCopy();
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) body.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), JSON.valueToTree(value));
        return body;
    }

    /// Bodies of the requests of this kind, oldest first.
    List<String> sent(String method, String path) {
        return requests(method, path).stream().map(LoggedRequest::getBodyAsString).toList();
    }

    List<LoggedRequest> requests(String method, String path) {
        return server.getAllServeEvents().reversed().stream().map(event -> LoggedRequest.createFrom(event.getRequest()))
                .filter(request -> request.getMethod().getName().equals(method) && request.getUrl().equals(path)).toList();
    }

    @Override
    public void close() {
        server.stop();
    }
}
