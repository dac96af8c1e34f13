package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The description of the API is valid, whole, and says what the server does.
class OpenApiTest {
    @TempDir
    static Path directory;
    private static ApiServer api;
    private static JsonNode description;

    @BeforeAll
    static void start() {
        api = ApiServer.start(directory);
        Answer answer = api.get("/v1/openapi.json");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        description = answer.json();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void a_validator_takes_it() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(description.toString(), null, options);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getOpenapi()).startsWith("3.1");
        assertThat(result.getOpenAPI().getPaths().get("/v1/nodes/{ident}/states/provision").getPut().getRequestBody()).isNotNull();
        // and it would not take a wrong one
        String wrong = description.toString().replaceFirst("\"in\":\"path\"", "\"in\":\"nowhere\"");
        assertThat(new OpenAPIV3Parser().readContents(wrong, null, options).getMessages()).isNotEmpty();
    }

    @Test
    void it_has_every_request_that_a_resource_answers_and_no_other() throws Exception {
        Set<String> described = new TreeSet<>();
        description.get("paths").properties().forEach(path -> path.getValue().properties()
                .forEach(operation -> described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> answered = new TreeSet<>(Mappings.all());
        answered.removeIf(mapping -> mapping.endsWith(" /error"));
        assertThat(described).hasSizeGreaterThan(150).isEqualTo(answered);
    }

    @Test
    void each_operation_says_what_it_does_since_when_and_for_whom() {
        List<String> dumb = new ArrayList<>();
        description.get("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            JsonNode said = operation.getValue();
            if (said.get("summary").asString().length() < 8 || !said.get("x-action").asString().contains("baremetal:") && !said.get("x-action").asString().matches("bessemer:.*|public")) {
                dumb.add(operation.getKey() + " " + path.getKey());
            }
        }));
        assertThat(dumb).isEmpty();
        JsonNode runbookTraits = description.at("/paths/~1v1~1runbooks~1{ident}~1traits/get");
        assertThat(runbookTraits.get("x-since").asString()).isEqualTo("1.112");
        assertThat(runbookTraits.get("description").asString()).startsWith("Since 1.112; older requests are answered 404.").contains("`baremetal:runbook:get`");
        assertThat(description.at("/components/schemas/port/properties/vendor/x-since").asString()).isEqualTo("1.100");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            port       | pxe_enabled   | boolean
            port       | extra         | object
            port       | vendor        | string
            node       | driver_info   | object
            node       | maintenance   | boolean
            node       | traits        | array
            portgroup  | standalone_ports_supported | boolean
            volume_target | boot_index | integer
            runbook    | steps         | array
            inspection_rule | priority | integer
            """)
    void fields_have_their_types(String schema, String field, String type) {
        JsonNode types = description.at("/components/schemas/%s/properties/%s/type".formatted(schema, field));
        assertThat(types.isArray() ? types.get(0).asString() : types.asString()).isEqualTo(type);
    }

    /// What is answered is what is described: every member, by its type, and the status.
    @Test
    void real_answers_are_as_described() {
        String node = checked("POST", "/v1/nodes", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"n1\",\"properties\":{\"cpus\":4},\"driver_info\":{\"fake_address\":\"x\"}}", 201, "node")
                .get("uuid").asString();
        checked("GET", "/v1/nodes/{ident}", "/v1/nodes/n1", null, 200, "node");
        checked("PATCH", "/v1/nodes/{ident}", "/v1/nodes/n1", "[{\"op\":\"add\",\"path\":\"/extra/a\",\"value\":1}]", 200, "node");
        String group = checked("POST", "/v1/portgroups", "/v1/portgroups", "{\"node_uuid\":\"%s\",\"name\":\"bond\",\"mode\":\"802.3ad\"}".formatted(node), 201, "portgroup").get("uuid").asString();
        String port = checked("POST", "/v1/ports", "/v1/ports", "{\"node_uuid\":\"%s\",\"portgroup_uuid\":\"%s\",\"address\":\"52:54:00:00:00:01\",\"vendor\":\"v\"}".formatted(node, group), 201, "port")
                .get("uuid").asString();
        checked("GET", "/v1/ports/{ident}", "/v1/ports/" + port, null, 200, "port");
        checked("POST", "/v1/chassis", "/v1/chassis", "{\"description\":\"d\"}", 201, "chassis");
        checked("POST", "/v1/volume/connectors", "/v1/volume/connectors", "{\"node_uuid\":\"%s\",\"type\":\"iqn\",\"connector_id\":\"iqn.1\"}".formatted(node), 201, "volume_connector");
        checked("POST", "/v1/volume/targets", "/v1/volume/targets",
                "{\"node_uuid\":\"%s\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\",\"boot_index\":0}".formatted(node), 201, "volume_target");
        checked("POST", "/v1/allocations", "/v1/allocations", "{\"resource_class\":\"x\"}", 201, "allocation");
        String steps = "\"steps\":[{\"interface\":\"deploy\",\"step\":\"erase_devices\",\"args\":{},\"%s\":1}]}";
        checked("POST", "/v1/runbooks", "/v1/runbooks", "{\"name\":\"r\"," + steps.formatted("order"), 201, "runbook");
        checked("POST", "/v1/deploy_templates", "/v1/deploy_templates", "{\"name\":\"CUSTOM_T\"," + steps.formatted("priority"), 201, "deploy_template");
        checked("POST", "/v1/availability_zones", "/v1/availability_zones", "{\"name\":\"az1\"}", 201, "availability_zone");
        checked("PUT", "/v1/nodes/{ident}/maintenance", "/v1/nodes/n1/maintenance", "{\"reason\":\"r\"}", 202, null);
        checked("PUT", "/v1/nodes/{ident}/traits", "/v1/nodes/n1/traits", "{\"traits\":[\"CUSTOM_A\"]}", 204, null);
        checked("PUT", "/v1/nodes/{ident}/management/boot_device", "/v1/nodes/n1/management/boot_device", "{\"boot_device\":\"pxe\"}", 204, null);
        checked("GET", "/v1/shards", "/v1/shards", null, 200, null);
        checked("DELETE", "/v1/ports/{ident}", "/v1/ports/" + port, null, 204, null);
    }

    private static JsonNode checked(String method, String described, String path, String body, int status, String schema) {
        JsonNode responses = description.at("/paths/%s/%s/responses".formatted(described.replace("/", "~1"), method.toLowerCase(Locale.ROOT)));
        assertThat(responses.has(String.valueOf(status))).as("%s %s is described to answer %d: %s", method, described, status, responses).isTrue();
        Answer answer = api.send(method, path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        if (schema == null) {
            return null;
        }
        JsonNode properties = description.at("/components/schemas/%s/properties".formatted(schema));
        List<String> wrong = new ArrayList<>();
        answer.json().properties().forEach(member -> {
            JsonNode type = properties.path(member.getKey()).path("type");
            List<String> types = type.isArray() ? type.valueStream().map(JsonNode::asString).toList() : List.of(type.asString(""));
            if (!types.contains(typeOf(member.getValue()))) {
                wrong.add("%s is %s, described as %s".formatted(member.getKey(), member.getValue(), types));
            }
        });
        assertThat(wrong).as("%s %s", method, path).isEmpty();
        assertThat(answer.json().propertyNames()).as("all that is described").containsAll(properties.propertyNames());
        return answer.json();
    }

    private static String typeOf(JsonNode value) {
        Map<String, Boolean> kinds = Map.of("null", value.isNull(), "boolean", value.isBoolean(), "integer", value.isIntegralNumber(), "string", value.isString(),
                "object", value.isObject(), "array", value.isArray());
        return kinds.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).findFirst().orElseThrow();
    }

    @Test
    void the_page_shows_it_and_needs_nothing_from_elsewhere() {
        Answer page = api.get("/docs");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "script-src 'self';", "connect-src 'self'").doesNotContain("http");
        assertThat(page.response().body()).doesNotContain("http://", "https://").contains("/docs/swagger-ui-bundle.js");
        for (String part : List.of("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css")) {
            Answer found = api.get("/docs/" + part);
            assertThat(found.status()).as(part).isEqualTo(200);
            assertThat(found.header("Content-Type")).as(part).startsWith(part.endsWith("js") ? "text/javascript" : "text/css");
        }
        assertThat(api.get("/docs/other.js").status()).isEqualTo(404);
        assertThat(api.get("/docs/..%2Fapplication.yaml").status()).isGreaterThanOrEqualTo(400);
    }
}
