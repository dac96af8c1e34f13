package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Deploy templates and runbooks.
class PlanApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";
    private static final String STEP = "{\"interface\":\"raid\",\"step\":\"create_configuration\",\"args\":{\"level\":\"1\",\"bmc_password\":\"hush\"},\"priority\":\"110\"}";
    private static final String RUN = "{\"interface\":\"deploy\",\"step\":\"%s\",\"order\":%d}";

    @TempDir
    static Path directory;
    private static ApiServer api;

    @BeforeAll
    static void start() {
        api = ApiServer.idle(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static JsonNode create(String path, String body) {
        Answer answer = api.send("POST", path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(api.url() + path + "/" + answer.json().get("uuid").asString());
        return answer.json();
    }

    @Test
    void a_deploy_template_is_created_shown_changed_and_deleted() {
        JsonNode made = create("/v1/deploy_templates", "{\"name\":\"CUSTOM_RAID1\",\"steps\":[%s],\"extra\":{\"a\":1}}".formatted(STEP));
        assertThat(made.at("/steps/0/priority").asInt()).isEqualTo(110);
        assertThat(made.at("/steps/0/args/level").asString()).isEqualTo("1");
        assertThat(made.at("/steps/0/args/bmc_password").asString()).as("secrets are masked").isEqualTo("******");
        assertThat(api.get("/v1/deploy_templates/CUSTOM_RAID1").json()).isEqualTo(made);
        assertThat(api.get("/v1/deploy_templates").json().at("/deploy_templates/0").has("steps")).isFalse();
        assertThat(api.get("/v1/deploy_templates?detail=true").json().at("/deploy_templates/0")).isEqualTo(made);
        Answer changed = api.send("PATCH", "/v1/deploy_templates/CUSTOM_RAID1",
                "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"CUSTOM_RAID5\"},{\"op\":\"add\",\"path\":\"/steps/1\",\"value\":%s}]"
                        .formatted(STEP.replace("create", "delete")));
        assertThat(changed.json().at("/steps/1/step").asString()).isEqualTo("delete_configuration");
        assertThat(changed.json().get("name").asString()).isEqualTo("CUSTOM_RAID5");
        assertThat(changed.json().get("updated_at").isNull()).isFalse();
        for (String patch : List.of("[{\"op\":\"remove\",\"path\":\"/steps\"}]", "[{\"op\":\"remove\",\"path\":\"/name\"}]", "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"\"}]",
                "[{\"op\":\"replace\",\"path\":\"/uuid\",\"value\":\"x\"}]", "[{\"op\":\"add\",\"path\":\"/steps/-\",\"value\":%s}]".formatted(STEP))) {
            assertThat(api.send("PATCH", "/v1/deploy_templates/CUSTOM_RAID5", patch).status()).as(patch).isEqualTo(400);
        }
        assertThat(api.send("POST", "/v1/deploy_templates", "{\"name\":\"CUSTOM_RAID5\",\"steps\":[%s]}".formatted(STEP)).status()).isEqualTo(409);
        assertThat(api.send("DELETE", "/v1/deploy_templates/CUSTOM_RAID5", null).status()).isEqualTo(204);
        assertThat(api.send("DELETE", "/v1/deploy_templates/CUSTOM_RAID5", null).status()).isEqualTo(404);
        assertThat(api.get("/v1/deploy_templates/CUSTOM_RAID5").fault()).isEqualTo("Deploy template CUSTOM_RAID5 could not be found.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"steps\":[@]}                                                         | name is missing",
        "{\"name\":\"CUSTOM_A\"}                                                 | steps is missing",
        "{\"name\":\"CUSTOM_A\",\"steps\":[]}                                    | steps: has 0 steps, 1 to 256 are allowed",
        "{\"name\":\"CUSTOM_A\",\"steps\":{}}                                    | steps: {} is not a JSON array",
        "{\"name\":\"raid\",\"steps\":[@]}                                       | name: 'raid' is neither a standard trait nor CUSTOM_",
        "{\"name\":\"CUSTOM_A\",\"steps\":[@,@]}                                 | Duplicate steps: interface raid, step create_configuration",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"x\",\"args\":{}}]} | steps/0/priority is missing",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"x\",\"priority\":1}]} | steps/0/args is missing",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"shoe\",\"step\":\"x\",\"args\":{},\"priority\":1}]} | steps/0/interface: 'shoe' is not one of bios, deploy",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"\",\"args\":{},\"priority\":1}]} | steps/0/step: is empty",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"x\",\"args\":[],\"priority\":1}]} | steps/0/args: [] is not a JSON object",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"x\",\"args\":{},\"priority\":-1}]} | steps/0/priority: is -1",
        "{\"name\":\"CUSTOM_A\",\"steps\":[{\"interface\":\"raid\",\"step\":\"x\",\"args\":{},\"priority\":1,\"y\":1}]} | steps/0/y: is not known",
        "{\"name\":\"CUSTOM_A\",\"steps\":[@],\"uuid\":\"x\"}                    | uuid: 'x' is not a UUID",
    })
    void a_deploy_template_that_is_wrong_is_refused_by_field(String body, String message) {
        Answer answer = api.send("POST", "/v1/deploy_templates", body.replace("@", STEP));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void a_runbook_is_created_changed_and_deleted_and_has_an_owner_only_when_it_is_not_public() {
        JsonNode made = create("/v1/runbooks", "{\"name\":\"CUSTOM_WIPE\",\"steps\":[%s],\"owner\":\"p1\"}".formatted(RUN.formatted("erase_devices", 1)));
        assertThat(made.get("public").asBoolean()).isFalse();
        assertThat(made.get("disable_ramdisk").asBoolean()).isFalse();
        assertThat(made.at("/steps/0/order").asInt()).isEqualTo(1);
        assertThat(api.get("/v1/runbooks/" + made.get("uuid").asString()).json()).isEqualTo(made);
        Answer both = api.send("PATCH", "/v1/runbooks/CUSTOM_WIPE", "[{\"op\":\"replace\",\"path\":\"/public\",\"value\":true}]");
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.fault()).contains("There cannot be an owner for a public runbook");
        assertThat(api.send("PATCH", "/v1/runbooks/CUSTOM_WIPE", "[{\"op\":\"replace\",\"path\":\"/public\",\"value\":true},{\"op\":\"remove\",\"path\":\"/owner\"}]")
                .json().get("public").asBoolean()).isTrue();
        assertThat(api.send("POST", "/v1/runbooks", "{\"name\":\"wipe\",\"steps\":[]}").status()).isEqualTo(400);
        assertThat(api.send("POST", "/v1/runbooks", "{\"name\":\"CUSTOM_B\",\"steps\":[{\"interface\":\"deploy\",\"step\":\"x\"}]}").fault()).contains("steps/0/order is missing");
        assertThat(api.send("DELETE", "/v1/runbooks/CUSTOM_WIPE", null).status()).isEqualTo(204);
        assertThat(api.get("/v1/runbooks/CUSTOM_WIPE").status()).isEqualTo(404);
    }

    @Test
    void a_runbook_stands_for_its_steps_on_nodes_with_its_trait() {
        create("/v1/runbooks", "{\"name\":\"CUSTOM_TWO\",\"steps\":[%s,%s]}".formatted(RUN.formatted("erase_devices", 2), RUN.formatted("erase_devices_metadata", 1)));
        assertThat(api.send("PUT", "/v1/runbooks/CUSTOM_TWO/traits/CUSTOM_TWO", null).status()).isEqualTo(204);
        Node plain = api.database.nodes().create(Node.builder(NodeId.random(), "fake-hardware").provisionState(ProvisionState.MANAGEABLE)
                .driverInfo(Map.of("fake_address", "x")).build());
        Node approved = api.database.nodes().create(Node.builder(NodeId.random(), "fake-hardware").provisionState(ProvisionState.MANAGEABLE)
                .driverInfo(Map.of("fake_address", "x")).traits(Set.of("CUSTOM_TWO")).build());
        String wish = "{\"target\":\"clean\",\"runbook\":\"CUSTOM_TWO\"}";
        Answer refused = provision(plain, wish);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).contains("This runbook has not been approved for use on node " + plain.id());
        assertThat(provision(approved, wish, VERSION, "1.91").status()).isEqualTo(406);
        assertThat(provision(approved, "{\"target\":\"clean\",\"runbook\":\"CUSTOM_NONE\"}").status()).isEqualTo(404);
        assertThat(provision(approved, "{\"target\":\"provide\",\"runbook\":\"CUSTOM_TWO\"}").fault()).contains("runbook: is not allowed with verb 'provide'");
        assertThat(provision(approved, "{\"target\":\"clean\",\"runbook\":\"CUSTOM_TWO\",\"clean_steps\":[]}").fault()).contains("clean_steps: cannot be combined with a runbook");
        assertThat(provision(approved, wish).status()).isEqualTo(202);
        Flow flow = api.database.flows().find(approved.id()).orElseThrow();
        assertThat(((List<?>) flow.args().get("clean_steps")).stream().map(step -> (Object) ((Map<?, ?>) step).get("step")).toList())
                .isEqualTo(List.of("erase_devices_metadata", "erase_devices"));
    }

    @Test
    void an_inspection_rule_is_created_changed_hidden_and_deleted() {
        String body = "{\"description\":\"d\",\"priority\":7,\"conditions\":[{\"op\":\"is-true\",\"args\":{\"value\":true}}],\"actions\":[{\"op\":\"fail\",\"args\":{\"msg\":\"no\"}}]}";
        JsonNode made = create("/v1/inspection_rules", body);
        String path = "/v1/inspection_rules/" + made.get("uuid").asString();
        assertThat(made.get("phase").asString()).isEqualTo("main");
        assertThat(made.at("/actions/0/args/msg").asString()).isEqualTo("no");
        assertThat(api.get(path).json()).isEqualTo(made);
        assertThat(api.get("/v1/inspection_rules").json().at("/inspection_rules/0").has("actions")).isFalse();
        Answer wrong = api.send("PATCH", path, "[{\"op\":\"replace\",\"path\":\"/actions/0/op\",\"value\":\"api-call\"}]");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.fault()).contains("'api-call' is not supported by Bessemer");
        assertThat(api.send("PATCH", path, "[{\"op\":\"remove\",\"path\":\"/actions\"}]").fault()).contains("actions is missing");
        JsonNode hidden = api.send("PATCH", path, "[{\"op\":\"replace\",\"path\":\"/sensitive\",\"value\":true},{\"op\":\"replace\",\"path\":\"/priority\",\"value\":8}]").json();
        assertThat(hidden.get("priority").asInt()).isEqualTo(8);
        assertThat(hidden.get("actions").isNull()).isTrue();
        assertThat(api.get(path).json().get("conditions").isNull()).isTrue();
        assertThat(api.send("PATCH", path, "[{\"op\":\"replace\",\"path\":\"/sensitive\",\"value\":false}]").fault()).contains("cannot have the flag unset");
        for (String bad : List.of(body.replace("7", "10000"), body.replace("\"d\"", "3"), body.replace("is-true", "is-odd"), body.replace("\"priority\"", "\"phase\":\"early\",\"priority\""),
                body.replace("\"op\":\"fail\"", "\"op\":\"fail\",\"x\":1"))) {
            assertThat(api.send("POST", "/v1/inspection_rules", bad).status()).as(bad).isEqualTo(400);
        }
        create("/v1/inspection_rules", body);
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(api.get(path).status()).isEqualTo(404);
        assertThat(api.get("/v1/inspection_rules/name").status()).isEqualTo(400);
        assertThat(api.send("DELETE", "/v1/inspection_rules", null).status()).isEqualTo(204);
        assertThat(api.get("/v1/inspection_rules").json().get("inspection_rules").isEmpty()).isTrue();
        assertThat(api.get("/v1/inspection_rules", VERSION, "1.95").status()).isEqualTo(404);
        assertThat(api.send("POST", "/v1/inspection_rules", body, VERSION, "1.95").status()).isEqualTo(405);
    }

    private static Answer provision(Node node, String body, String... headers) {
        return api.send("PUT", "/v1/nodes/" + node.id() + "/states/provision", body, headers);
    }

    @Test
    void older_clients_see_neither() {
        assertThat(api.get("/v1/deploy_templates", VERSION, "1.54").status()).isEqualTo(404);
        assertThat(api.send("POST", "/v1/deploy_templates", "{}", VERSION, "1.54").status()).isEqualTo(405);
        assertThat(api.send("PATCH", "/v1/deploy_templates/x", "[]", VERSION, "1.54").status()).isEqualTo(405);
        assertThat(api.get("/v1/runbooks", VERSION, "1.91").status()).isEqualTo(404);
        assertThat(api.send("DELETE", "/v1/runbooks/x", null, VERSION, "1.91").status()).isEqualTo(405);
    }
}
