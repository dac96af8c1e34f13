package io.bessemer.nova;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.bessemer.nova.NovaSettings.Access;
import io.bessemer.nova.NovaSettings.HostConfig;
import io.bessemer.nova.NovaSettings.Login;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Keystone, Nova and Placement with answers of a test's choice. Bodies have the shape of Nova 26.2's and Placement 8's, cut to what is
/// read. Each method replaces what it said before.
final class StubbedOpenStack implements AutoCloseable {
    static final String PASSWORD = "s3cret-of-bessemer";
    static final UUID NODE = UUID.fromString("11111111-2222-3333-4444-555555555555");
    static final UUID OTHER = UUID.fromString("99999999-2222-3333-4444-555555555555");
    static final String AGGREGATE = "aaaaaaaa-2222-3333-4444-555555555555";
    static final String SERVICE = "/compute/v2.1/os-services/s1";

    private static final JsonMapper SORTED = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final WireMockServer server = new WireMockServer(options().dynamicPort());

    StubbedOpenStack() {
        server.start();
        token("token-1", Duration.ofHours(1));
        version("2.96");
        answer("PUT", SERVICE, 200, "{}");
        server.stubFor(delete(urlPathEqualTo(SERVICE)).willReturn(aResponse().withStatus(204)));
        server.stubFor(post(urlPathMatching("/compute/v2.1/os-aggregates/\\d+/action")).willReturn(okJson("{\"aggregate\": {}}")));
        service("enabled", null, "up", "nova");
        hypervisor(NODE, "h1", "up");
        provider(NODE, "h1");
        aggregates(aggregate(1, "az1", "az1", List.of(), Map.of()));
        mirrored(NODE, AGGREGATE);
        traits(NODE, "HW_CPU_X86_SVM");
        servers();
        migrations();
    }

    @Override
    public void close() {
        server.stop();
    }

    String url() {
        return server.baseUrl();
    }

    NovaSettings settings() {
        return settings(List.of(), Duration.ofSeconds(5), Duration.ofSeconds(10), 2);
    }

    NovaSettings settings(List<String> discover, Duration call, Duration step, int liveMigrations) {
        URI keystone = URI.create(url() + "/identity");
        HostConfig host = new HostConfig("rabbit://nova:mq-secret@10.0.0.1:5672/", keystone, "service", "Default", "Default", "RegionOne", "internal",
                new Login("nova", "nova-secret"), new Login("placement", "placement-secret"), new Login("neutron", "neutron-secret"),
                "", "", "", "", "", List.of(), "tls", "nova-compute", Map.of());
        return new NovaSettings("openstack", new Access(keystone, new Login("bessemer", PASSWORD), "service", "Default", "Default", "RegionOne", "internal",
                null, null, null), call, step, discover, liveMigrations, host);
    }

    void token(String token, Duration life) {
        server.stubFor(post(urlPathEqualTo("/identity/v3/auth/tokens")).willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", token).withBody("""
                {"token": {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "%s", "catalog": [
                  {"type": "compute", "endpoints": [
                    {"interface": "public", "region_id": "RegionOne", "url": "http://public.invalid/"},
                    {"interface": "internal", "region_id": "RegionTwo", "url": "http://elsewhere.invalid/"},
                    {"interface": "internal", "region_id": "RegionOne", "url": "%s/compute/v2.1"}]},
                  {"type": "placement", "endpoints": [{"interface": "internal", "region_id": "RegionOne", "url": "%s/placement/"}]}]}}"""
                .formatted(Instant.parse("2026-01-01T00:00:00Z").plus(life), url(), url()))));
    }

    void version(String newest) {
        answer("GET", "/compute/v2.1/", 200, "{\"version\": {\"id\": \"v2.1\", \"version\": \"%s\", \"min_version\": \"2.1\"}}".formatted(newest));
    }

    void answer(String method, String path, int status, String body) {
        answer(method, path, aResponse().withStatus(status).withBody(body));
    }

    void answer(String method, String path, ResponseDefinitionBuilder answer) {
        server.stubFor(request(method, urlPathEqualTo(path)).willReturn(answer));
    }

    void noService() {
        answer("GET", "/compute/v2.1/os-services", 200, "{\"services\": []}");
    }

    /// @param reason null for none
    void service(String status, String reason, String state, String zone) {
        answer("GET", "/compute/v2.1/os-services", 200, """
                {"services": [{"id": "s1", "binary": "nova-compute", "host": "h1", "status": "%s", "disabled_reason": %s, "state": "%s", "zone": "%s",
                               "forced_down": false, "updated_at": "2026-01-01T00:00:00.000000"}]}"""
                .formatted(status, reason == null ? "null" : "\"" + reason + "\"", state, zone));
    }

    void hypervisor(UUID uuid, String host, String state) {
        String body = """
                {"id": "%s", "hypervisor_hostname": "h1.example", "state": "%s", "status": "enabled", "service": {"id": "s1", "host": "%s"}}""".formatted(uuid, state, host);
        noHypervisor();
        answer("GET", "/compute/v2.1/os-hypervisors/" + uuid, 200, "{\"hypervisor\": " + body + "}");
        answer("GET", "/compute/v2.1/os-hypervisors/detail", 200, "{\"hypervisors\": [" + body + "]}");
    }

    void noHypervisor() {
        server.stubFor(get(urlPathMatching("/compute/v2.1/os-hypervisors/.*")).willReturn(aResponse().withStatus(404)
                .withBody("{\"itemNotFound\": {\"code\": 404, \"message\": \"No hypervisor matching 'h1' could be found.\"}}")));
    }

    void noProvider() {
        server.stubFor(get(urlPathMatching("/placement/resource_providers/.*")).willReturn(aResponse().withStatus(404)
                .withBody("{\"errors\": [{\"status\": 404, \"detail\": \"No resource provider\"}]}")));
        answer("GET", "/placement/resource_providers", 200, "{\"resource_providers\": []}");
    }

    void provider(UUID uuid, String name) {
        noProvider();
        String body = "{\"uuid\": \"%s\", \"name\": \"%s\", \"generation\": 1}".formatted(uuid, name);
        answer("GET", "/placement/resource_providers/" + uuid, 200, body);
        answer("GET", "/placement/resource_providers", 200, "{\"resource_providers\": [" + body + "]}");
        inventories(uuid, "{\"VCPU\": {\"total\": 2}, \"MEMORY_MB\": {\"total\": 2048}, \"DISK_GB\": {\"total\": 8}}");
        consumers(uuid);
        mirrored(uuid, AGGREGATE);
        traits(uuid);
    }

    void inventories(UUID uuid, String inventories) {
        answer("GET", "/placement/resource_providers/" + uuid + "/inventories", 200, "{\"inventories\": " + inventories + "}");
    }

    void mirrored(UUID uuid, String... aggregates) {
        answer("GET", "/placement/resource_providers/" + uuid + "/aggregates", 200, "{\"aggregates\": [" + quoted(Stream.of(aggregates)) + "]}");
    }

    void traits(UUID uuid, String... traits) {
        answer("GET", "/placement/resource_providers/" + uuid + "/traits", 200, "{\"traits\": [" + quoted(Stream.of(traits)) + "]}");
    }

    void consumers(UUID uuid, String... consumers) {
        answer("GET", "/placement/resource_providers/" + uuid + "/allocations", 200, "{\"allocations\": {"
                + Stream.of(consumers).map(one -> "\"" + one + "\": {\"resources\": {\"VCPU\": 1}}").collect(Collectors.joining(", ")) + "}}");
    }

    void aggregates(String... aggregates) {
        answer("GET", "/compute/v2.1/os-aggregates", 200, "{\"aggregates\": [" + String.join(", ", aggregates) + "]}");
    }

    /// @param zone     null for none
    /// @param metadata beside the zone
    static String aggregate(int id, String name, String zone, List<String> hosts, Map<String, String> metadata) {
        Stream<String> entries = Stream.concat(zone == null ? Stream.of() : Stream.of("\"availability_zone\": \"" + zone + "\""),
                metadata.entrySet().stream().map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue())));
        return "{\"id\": %d, \"uuid\": \"%s\", \"name\": \"%s\", \"availability_zone\": %s, \"hosts\": [%s], \"metadata\": {%s}}".formatted(id, AGGREGATE, name,
                zone == null ? "null" : "\"" + zone + "\"", quoted(hosts.stream()), entries.collect(Collectors.joining(", ")));
    }

    void servers(String... servers) {
        answer("GET", "/compute/v2.1/servers/detail", 200, "{\"servers\": [" + String.join(", ", servers) + "]}");
    }

    /// @param task null for none
    static String server(String id, String status, String task, boolean locked) {
        return "{\"id\": \"%s\", \"name\": \"name-of-%s\", \"status\": \"%s\", \"OS-EXT-STS:task_state\": %s, \"locked\": %s}".formatted(id, id, status,
                task == null ? "null" : "\"" + task + "\"", locked);
    }

    void migrations(String... migrations) {
        answer("GET", "/compute/v2.1/os-migrations", 200, "{\"migrations\": [" + String.join(", ", migrations) + "]}");
    }

    static String migration(String server, String status, String createdAt) {
        return "{\"instance_uuid\": \"%s\", \"status\": \"%s\", \"created_at\": \"%s\", \"migration_type\": \"live-migration\"}".formatted(server, status, createdAt);
    }

    /// What changed something, in order: `METHOD path body`, the body's keys sorted.
    List<String> changes() {
        return events().stream().map(ServeEvent::getRequest)
                .filter(one -> !one.getMethod().equals(RequestMethod.GET) && !one.getUrl().startsWith("/identity"))
                .map(one -> (one.getMethod() + " " + one.getUrl().replaceFirst("^/compute/v2.1", "") + " " + sorted(one.getBodyAsString())).strip()).toList();
    }

    /// Every request, the last one last.
    List<ServeEvent> events() {
        return server.getAllServeEvents().reversed();
    }

    long logins() {
        return events().stream().filter(one -> one.getRequest().getUrl().startsWith("/identity")).count();
    }

    void forgetRequests() {
        server.resetRequests();
    }

    private static String sorted(String json) {
        return json.isEmpty() ? "" : SORTED.writeValueAsString(SORTED.readValue(json, Map.class));
    }

    private static String quoted(Stream<String> texts) {
        return texts.map(text -> "\"" + text + "\"").collect(Collectors.joining(", "));
    }
}
