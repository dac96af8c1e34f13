package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Volume connectors and targets.
class VolumeApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";

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

    private static JsonNode created(String path, String body) {
        Answer answer = api.send("POST", path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(api.url() + path + "/" + answer.json().get("uuid").asString());
        return answer.json();
    }

    private static String node() {
        String node = created("/v1/nodes", "{\"driver\":\"fake-hardware\"}").get("uuid").asString();
        put(node, builder -> builder.provisionState(ProvisionState.AVAILABLE).powerState(PowerState.OFF));
        return node;
    }

    private static void put(String node, UnaryOperator<Node.Builder> edit) {
        Node before = api.database.nodes().find(NodeId.of(node)).orElseThrow();
        api.database.nodes().commit(Change.of(before, edit.apply(before.toBuilder()).build()));
    }

    private static JsonNode connector(String node) {
        return created("/v1/volume/connectors", "{\"node_uuid\":\"%s\",\"type\":\"iqn\",\"connector_id\":\"iqn.%s\",\"extra\":{\"a\":1}}".formatted(node, UUID.randomUUID()));
    }

    private static JsonNode target(String node, int bootIndex) {
        return created("/v1/volume/targets", ("{\"node_uuid\":\"%s\",\"volume_type\":\"iscsi\",\"volume_id\":\"%s\",\"boot_index\":%d,"
                + "\"properties\":{\"target_iqn\":\"iqn.x\",\"auth_password\":\"top\"}}").formatted(node, UUID.randomUUID(), bootIndex));
    }

    private static Answer patch(String path, String op, String where, String value) {
        return api.send("PATCH", path, "[{\"op\":\"%s\",\"path\":\"%s\"%s}]".formatted(op, where, value == null ? "" : ",\"value\":" + value));
    }

    private static void refused(Answer answer, int status, String message) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void the_root_tells_where_both_are() {
        String node = node();
        assertThat(api.get("/v1/volume").json().at("/connectors/0/href").asString()).isEqualTo(api.url() + "/v1/volume/connectors");
        assertThat(api.get("/v1/nodes/" + node + "/volume").json().at("/targets/0/href").asString()).isEqualTo(api.url() + "/v1/nodes/" + node + "/volume/targets");
        assertThat(api.get("/v1/nodes/nobody/volume").status()).isEqualTo(404);
        assertThat(api.get("/v1/nodes/" + node).json().at("/volume/0/href").asString()).endsWith("/volume");
    }

    @Test
    void connectors_are_listed_shown_changed_and_deleted() {
        String node = node();
        JsonNode connector = connector(node);
        connector(node());
        String path = "/v1/volume/connectors/" + connector.get("uuid").asString();
        assertThat(api.get(path).json()).isEqualTo(connector);
        JsonNode listed = api.get("/v1/nodes/" + node + "/volume/connectors").json().get("connectors");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.get(0).has("connector_id")).isTrue();
        assertThat(listed.get(0).has("extra")).isFalse();
        assertThat(api.get("/v1/volume/connectors?node=" + node).json().get("connectors")).isEqualTo(listed);
        assertThat(api.get("/v1/volume/connectors?node=" + node + "&detail=True", VERSION, "1.32").json().at("/connectors/0/extra/a").asInt()).isEqualTo(1);
        assertThat(api.get("/v1/volume/connectors?limit=1").json().get("next").asString()).contains("/v1/volume/connectors?").contains("marker=");
        assertThat(api.get(path + "?fields=type").json().toString()).isEqualTo("{\"type\":\"iqn\"}");
        assertThat(patch(path, "replace", "/connector_id", "\"iqn.new\"").json().get("connector_id").asString()).isEqualTo("iqn.new");
        assertThat(patch(path, "remove", "/extra/a", null).json().get("extra").isEmpty()).isTrue();
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
        refused(api.get(path), 404, "Volume connector " + connector.get("uuid").asString() + " could not be found.");
        refused(api.send("DELETE", path, null), 404, "could not be found");
    }

    @Test
    void targets_are_listed_shown_changed_and_deleted_and_their_secrets_stay_inside() {
        String node = node();
        JsonNode target = target(node, 0);
        String path = "/v1/volume/targets/" + target.get("uuid").asString();
        assertThat(target.at("/properties/auth_password").asString()).isEqualTo("******");
        assertThat(api.get(path).json()).isEqualTo(target);
        JsonNode listed = api.get("/v1/nodes/" + node + "/volume/targets").json().get("targets");
        assertThat(listed.get(0).get("boot_index").asInt()).isZero();
        assertThat(listed.get(0).has("properties")).isFalse();
        assertThat(api.get("/v1/volume/targets?detail=1&node=" + node).response().body()).contains("iqn.x").doesNotContain("top");
        assertThat(patch(path, "replace", "/properties", "{\"target_iqn\":\"iqn.y\",\"auth_password\":\"******\"}").status()).isEqualTo(200);
        assertThat(api.database.volumes().target(UUID.fromString(target.get("uuid").asString())).orElseThrow().properties())
                .containsEntry("target_iqn", "iqn.y").containsEntry("auth_password", "top");
        assertThat(patch(path, "replace", "/boot_index", "3").json().get("boot_index").asInt()).isEqualTo(3);
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
        refused(api.get(path), 404, "Volume target");
    }

    @ParameterizedTest(name = "{1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "connectors | {\"type\":\"iqn\",\"connector_id\":\"x\"}                                       | 400 | node_uuid is missing",
        "connectors | {\"node_uuid\":\"NODE\",\"connector_id\":\"x\"}                                 | 400 | type is missing",
        "connectors | {\"node_uuid\":\"NODE\",\"type\":\"iqn\"}                                       | 400 | connector_id is missing",
        "connectors | {\"node_uuid\":\"NODE\",\"type\":7,\"connector_id\":\"x\"}                      | 400 | type: 7 is not a string",
        "connectors | {\"node_uuid\":\"NODE\",\"type\":\"0123456789012345678901234567890123\",\"connector_id\":\"x\"} | 400 | type: has 34 characters, at most 32",
        "connectors | {\"node_uuid\":\"00000000-0000-4000-8000-000000000000\",\"type\":\"iqn\",\"connector_id\":\"x\"} | 400 | Node 00000000-0000-4000-8000-000000000000 could not be found",
        "connectors | {\"node_uuid\":\"NODE\",\"type\":\"iqn\",\"connector_id\":\"twice\"}            | 409 | A volume connector with type iqn and connector ID twice already exists",
        "connectors | {\"node_uuid\":\"NODE\",\"type\":\"iqn\",\"connector_id\":\"x\",\"colour\":1}   | 400 | colour: is not a field of a volume connector",
        "targets    | {\"node_uuid\":\"NODE\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\"}          | 400 | boot_index is missing",
        "targets    | {\"node_uuid\":\"NODE\",\"volume_type\":\"iscsi\",\"boot_index\":0}             | 400 | volume_id is missing",
        "targets    | {\"node_uuid\":\"NODE\",\"volume_id\":\"v\",\"boot_index\":0}                   | 400 | volume_type is missing",
        "targets    | {\"node_uuid\":\"NODE\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\",\"boot_index\":\"first\"} | 400 | boot_index: 'first' is not a whole number",
        "targets    | {\"node_uuid\":\"NODE\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\",\"boot_index\":9} | 409 | A volume target with boot index '9' for the same node already exists",
        "targets    | {\"node_uuid\":\"nope\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\",\"boot_index\":0} | 400 | node_uuid: 'nope' is not a UUID",
        "targets    | []                                                                              | 400 | must be a JSON object",
    })
    void a_wrong_one_is_refused_by_its_field(String kind, String body, int status, String message) {
        String node = node();
        api.send("POST", "/v1/volume/connectors", "{\"node_uuid\":\"%s\",\"type\":\"iqn\",\"connector_id\":\"twice\"}".formatted(node));
        target(node, 9);
        refused(api.send("POST", "/v1/volume/" + kind, body.replace("NODE", node)), status, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connector", "target"})
    void they_change_only_while_the_machine_is_off_and_nobody_works_on_it(String kind) {
        String node = node();
        String uuid = (kind.equals("target") ? target(node, 0) : connector(node)).get("uuid").asString();
        String path = "/v1/volume/" + kind + "s/" + uuid;
        put(node, builder -> builder.powerState(PowerState.ON));
        refused(patch(path, "add", "/extra/a", "1"), 400, "The requested action \"volume %s update\" can not be performed on node \"%s\" while it is in state \"power on\".".formatted(kind, node));
        refused(api.send("DELETE", path, null), 400, "The requested action \"volume %s deletion\" can not be performed".formatted(kind));
        String off = node();
        put(node, builder -> builder.powerState(PowerState.OFF));
        put(off, builder -> builder.powerState(PowerState.ON));
        refused(patch(path, "replace", "/node_uuid", "\"" + off + "\""), 400, "on node \"" + off + "\"");
        refused(patch(path, "replace", "/node_uuid", "\"" + UUID.randomUUID() + "\""), 400, "could not be found");
        refused(patch(path, "replace", "/uuid", "\"" + UUID.randomUUID() + "\""), 400, "'uuid' cannot be changed");
        put(node, builder -> builder.targetPowerState(PowerTarget.ON));
        refused(patch(path, "add", "/extra/a", "1"), 409, "is locked by its change of power to 'power on'");
        put(node, builder -> builder.targetPowerState(null).reservation("somebody"));
        refused(api.send("DELETE", path, null), 409, "is locked by somebody");
        put(node, builder -> builder.reservation(null).powerState(null).provisionState(ProvisionState.ACTIVE));
        refused(api.send("DELETE", path, null), 400, "unknown power");
        put(node, builder -> builder.provisionState(ProvisionState.ENROLL));
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource({
        "/v1/volume,                    1.31, 404", "/v1/volume/connectors,           1.31, 404", "/v1/volume/targets,                1.31, 404",
        "/v1/nodes/NODE/volume/targets, 1.31, 404", "/v1/nodes/NODE/volume,           1.31, 404", "/v1/volume,                        1.32, 200",
        "/v1/volume/targets/malformed,  1.32, 400", "/v1/volume/connectors/malformed, 1.32, 400", "/v1/volume/targets?node=nobody,    1.32, 404",
        "/v1/volume/targets?colour=red, 1.32, 400", "/v1/volume/targets?fields=x,     1.32, 400", "/v1/volume/targets?sort_key=extra, 1.32, 400",
        "/v1/volume/targets?detail=True&fields=uuid, 1.32, 400", "/v1/volume/nothing, 1.32, 404", "/v1/volume/targets?limit=-1,       1.32, 400",
    })
    void an_older_client_and_a_mistaken_one_are_told(String path, String version, int status) {
        assertThat(api.get(path.replace("NODE", node()), VERSION, version).status()).isEqualTo(status);
    }
}
