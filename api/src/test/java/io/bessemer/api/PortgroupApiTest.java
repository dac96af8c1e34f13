package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Port groups, their ports, and VIFs on both.
class PortgroupApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";
    private static final AtomicInteger MACS = new AtomicInteger();

    @TempDir
    static Path directory;
    private static ApiServer api;

    @BeforeAll
    static void start() {
        api = ApiServer.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static JsonNode created(String path, String body) {
        Answer answer = api.send("POST", path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.json();
    }

    private static String node() {
        return created("/v1/nodes", "{\"driver\":\"fake-hardware\"}").get("uuid").asString();
    }

    private static JsonNode group(String node, String more) {
        return created("/v1/portgroups", "{\"node_uuid\":\"" + node + "\"" + (more.isEmpty() ? "" : "," + more) + "}");
    }

    private static String groupId(String node, String more) {
        return group(node, more).get("uuid").asString();
    }

    private static Answer addPort(String node, String more) {
        return api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"" + mac() + "\"" + (more.isEmpty() ? "" : "," + more) + "}");
    }

    private static String port(String node, String more) {
        Answer answer = addPort(node, more);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.json().get("uuid").asString();
    }

    private static String mac() {
        return "52:54:00:b1:%02x:%02x".formatted(MACS.incrementAndGet() >> 8, MACS.get() & 0xff);
    }

    private static Answer patch(String path, String op, String where, String value) {
        return api.send("PATCH", path, "[{\"op\":\"%s\",\"path\":\"%s\"%s}]".formatted(op, where, value == null ? "" : ",\"value\":" + value));
    }

    private static void put(String node, UnaryOperator<Node.Builder> edit) {
        Node before = api.database.nodes().find(NodeId.of(node)).orElseThrow();
        api.database.nodes().commit(Change.of(before, edit.apply(before.toBuilder()).build()));
    }

    private static void refused(Answer answer, int status, String message) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void a_group_is_created_shown_listed_changed_and_deleted() {
        String node = node();
        String address = mac();
        Answer made = api.send("POST", "/v1/portgroups", "{\"node_uuid\":\"%s\",\"address\":\"%s\",\"name\":\"bond0\",\"mode\":\"802.3ad\",\"properties\":{\"miimon\":100},\"extra\":{\"a\":1}}"
                .formatted(node, address));
        JsonNode group = made.json();
        String path = "/v1/portgroups/" + group.get("uuid").asString();
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(api.url() + path);
        assertThat(group.get("standalone_ports_supported").asBoolean(false)).isTrue();
        assertThat(group.get("mode").asString()).isEqualTo("802.3ad");
        assertThat(group.at("/ports/0/href").asString()).isEqualTo(api.url() + path + "/ports");
        assertThat(api.get("/v1/portgroups/bond0").json()).isEqualTo(api.get(path).json()).isEqualTo(group);
        assertThat(api.get("/v1/portgroups?address=" + address).json().at("/portgroups/0").properties()).extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("uuid", "address", "name", "links");
        assertThat(api.get("/v1/portgroups/detail?node=" + node).json().at("/portgroups/0/properties/miimon").asInt()).isEqualTo(100);
        assertThat(api.get("/v1/nodes/" + node + "/portgroups").json().get("portgroups").size()).isEqualTo(1);
        assertThat(api.get("/v1/nodes/" + node + "/portgroups/detail").json().at("/portgroups/0/node_uuid").asString()).isEqualTo(node);
        assertThat(api.get("/v1/nodes/" + node + "/portgroups?limit=1").json().get("next").asString()).contains("/v1/nodes/" + node + "/portgroups?").contains("marker=");
        assertThat(api.get(path + "?fields=uuid,mode").json().size()).isEqualTo(2);
        assertThat(patch(path, "replace", "/mode", "\"balance-rr\"").json().get("mode").asString()).isEqualTo("balance-rr");
        assertThat(patch(path, "add", "/properties/xmit", "\"layer2\"").json().at("/properties/xmit").asString()).isEqualTo("layer2");
        assertThat(patch(path, "remove", "/name", null).json().get("name").isNull()).isTrue();
        assertThat(patch(path, "remove", "/address", null).json().get("updated_at").asString()).isNotEmpty();
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
        refused(api.get(path), 404, "Portgroup " + group.get("uuid").asString() + " could not be found.");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                                      | 400 | node_uuid is missing",
        "{\"node_uuid\":\"nope\"}                                                | 400 | node_uuid: 'nope' is not a UUID",
        "{\"node_uuid\":\"00000000-0000-4000-8000-000000000000\"}                | 400 | Node 00000000-0000-4000-8000-000000000000 could not be found",
        "{\"node_uuid\":\"NODE\",\"address\":\"52:54\"}                          | 400 | address: Expected a MAC address but received 52:54",
        "{\"node_uuid\":\"NODE\",\"name\":\"a b\"}                               | 400 | 'a b' is not a name",
        "{\"node_uuid\":\"NODE\",\"mode\":7}                                     | 400 | mode: 7 is not a string",
        "{\"node_uuid\":\"NODE\",\"properties\":[]}                              | 400 | properties: [] is not a JSON object",
        "{\"node_uuid\":\"NODE\",\"standalone_ports_supported\":\"perhaps\"}     | 400 | standalone_ports_supported: 'perhaps' is not true or false",
        "{\"node_uuid\":\"NODE\",\"internal_info\":{}}                           | 400 | internal_info: cannot be set by clients",
        "{\"node_uuid\":\"NODE\",\"colour\":\"red\"}                             | 400 | colour: is not a field of a portgroup",
        "{\"node_uuid\":\"NODE\",\"name\":\"taken\"}                             | 409 | A portgroup with name taken already exists",
        "{\"node_uuid\":\"NODE\",\"uuid\":\"11111111-0000-4000-8000-000000000001\"} | 409 | A portgroup with UUID 11111111-0000-4000-8000-000000000001 already exists",
    })
    void a_wrong_group_is_refused_by_its_field(String body, int status, String message) {
        String node = node();
        if (api.get("/v1/portgroups/taken").status() == 404) {
            group(node, "\"name\":\"taken\",\"uuid\":\"11111111-0000-4000-8000-000000000001\"");
        }
        refused(api.send("POST", "/v1/portgroups", body.replace("NODE", node)), status, message);
    }

    @Test
    void a_patch_keeps_the_rules_of_groups() {
        String node = node();
        String other = node();
        String path = "/v1/portgroups/" + groupId(node, "");
        String port = port(node, "\"portgroup_uuid\":\"" + path.substring(15) + "\"");
        refused(patch(path, "remove", "/mode", null), 400, "mode: is a mandatory attribute and can not be removed");
        refused(patch(path, "replace", "/uuid", "\"" + UUID.randomUUID() + "\""), 400, "'uuid' cannot be changed");
        refused(patch(path, "replace", "/standalone_ports_supported", "false"), 409, "port " + port + " of portgroup");
        refused(patch(path, "replace", "/node_uuid", "\"" + other + "\""), 400, "there are ports associated with this portgroup");
        refused(patch(path, "replace", "/node_uuid", "\"" + UUID.randomUUID() + "\""), 400, "could not be found");
        refused(api.send("DELETE", path, null), 400, "contains ports");
        assertThat(api.send("DELETE", "/v1/ports/" + port, null).status()).isEqualTo(204);
        put(other, builder -> builder.provisionState(ProvisionState.AVAILABLE));
        refused(patch(path, "replace", "/node_uuid", "\"" + other + "\""), 409, "while it is 'available'");
        put(other, builder -> builder.provisionState(ProvisionState.MANAGEABLE));
        assertThat(patch(path, "replace", "/node_uuid", "\"" + other + "\"").json().get("node_uuid").asString()).isEqualTo(other);
        put(other, builder -> builder.reservation("somebody"));
        refused(patch(path, "add", "/extra/a", "1"), 409, "is locked by somebody");
        put(other, builder -> builder.reservation(null));
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
    }

    @Test
    void ports_of_a_group_are_of_its_node_and_of_one_physical_network() {
        String node = node();
        String group = groupId(node, "\"name\":\"phys\"");
        String in = "\"portgroup_uuid\":\"" + group + "\"";
        String first = port(node, in + ",\"physical_network\":\"one\"");
        port(node, in + ",\"physical_network\":\"one\"");
        String free = port(node, "\"physical_network\":\"two\"");
        refused(addPort(node, in + ",\"physical_network\":\"two\""), 409, "Port with physical network two cannot become a member of port group " + group);
        refused(addPort(node, in), 409, "which has ports in physical network one");
        refused(patch("/v1/ports/" + free, "add", "/portgroup_uuid", "\"" + group + "\""), 409, "physical network two");
        refused(api.send("PATCH", "/v1/ports/" + first, "[{\"op\":\"replace\",\"path\":\"/physical_network\",\"value\":\"two\"}]", VERSION, "1.101"), 409, "physical network two");
        refused(addPort(node(), in), 400, "belonging to a different node");
        refused(addPort(node, "\"portgroup_uuid\":\"" + UUID.randomUUID() + "\""), 400, "portgroup_uuid: Portgroup");
        refused(patch("/v1/ports/" + free, "add", "/portgroup_uuid", "\"" + UUID.randomUUID() + "\""), 400, "could not be found");
        refused(addPort(node, "\"physical_network\":\"\""), 400, "A non-empty value is required");
        refused(addPort(node, "\"is_smartnic\":true"), 400, "must have port_id and hostname");

        assertThat(api.get("/v1/ports?portgroup=phys").json().get("ports").size()).isEqualTo(2);
        assertThat(api.get("/v1/ports?portgroup=" + group + "&address=" + mac()).json().get("ports").size()).isZero();
        assertThat(api.get("/v1/portgroups/phys/ports").json().at("/ports/0/uuid").asString()).isEqualTo(first);
        assertThat(api.get("/v1/portgroups/" + group + "/ports/detail").json().at("/ports/1/portgroup_uuid").asString()).isEqualTo(group);
        refused(api.get("/v1/ports?portgroup=nobody"), 404, "Portgroup nobody could not be found.");
        refused(api.get("/v1/ports?portgroup=phys&node=" + node), 403, "Operation not permitted");
        assertThat(patch("/v1/ports/" + first, "remove", "/portgroup_uuid", null).json().get("portgroup_uuid").isNull()).isTrue();
    }

    @Test
    void a_group_without_standalone_ports_takes_none_that_boots() {
        String node = node();
        String group = groupId(node, "\"standalone_ports_supported\":false");
        refused(addPort(node, "\"pxe_enabled\":true,\"portgroup_uuid\":\"" + group + "\""), 409, "doesn't support standalone ports");
        String port = port(node, "\"pxe_enabled\":false,\"portgroup_uuid\":\"" + group + "\"");
        refused(patch("/v1/ports/" + port, "replace", "/pxe_enabled", "true"), 409, "doesn't support standalone ports");
        assertThat(api.get("/v1/ports/" + port).json().get("pxe_enabled").asBoolean(true)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "GET,  /v1/portgroups,                  1.22, 404", "GET, /v1/portgroups/detail,          1.22, 404", "POST, /v1/portgroups,           1.22, 404",
        "GET,  /v1/portgroups/old/ports,        1.23, 404", "GET, /v1/nodes/NODE/portgroups,      1.23, 404", "GET,  /v1/portgroups/old,       1.23, 200",
        "GET,  /v1/ports?portgroup=old,         1.23, 406", "GET, /v1/nodes/NODE/vifs,            1.27, 404", "POST, /v1/nodes/NODE/vifs,      1.27, 404",
        "GET,  /v1/shards,                      1.81, 404", "GET, /v1/shards,                     1.82, 200", "GET,  /v1/shards/x,             1.82, 404",
        "GET,  /v1/portgroups?fields=mode,      1.25, 406", "GET, /v1/portgroups?fields=mode,     1.26, 200", "GET,  /v1/portgroups?detail=True, 1.42, 406",
    })
    void an_older_client_sees_what_it_knows(String method, String path, String version, int status) {
        String node = node();
        if (api.get("/v1/portgroups/old").status() == 404) {
            group(node, "\"name\":\"old\"");
        }
        assertThat(api.send(method, path.replace("NODE", node), method.equals("POST") ? "{}" : null, VERSION, version).status()).isEqualTo(status);
        JsonNode shown = api.get("/v1/portgroups/old", VERSION, "1.23").json();
        assertThat(shown.has("mode")).isTrue();
        assertThat(shown.has("ports")).isFalse();
        assertThat(api.send("POST", "/v1/portgroups", "{\"node_uuid\":\"" + node + "\",\"mode\":\"x\"}", VERSION, "1.25").status()).isEqualTo(406);
        assertThat(api.send("PATCH", "/v1/portgroups/old", "[{\"op\":\"add\",\"path\":\"/properties/a\",\"value\":1}]", VERSION, "1.25").status()).isEqualTo(406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/ports/fa:16:3e:00:00:01", "/v1/ports/malformed:uuid", "/v1/portgroups/a%20b"})
    void what_is_neither_uuid_nor_name_is_malformed(String path) {
        refused(api.get(path), 400, "Expected UUID or name");
        refused(patch(path, "add", "/extra/a", "1"), 400, "Expected UUID or name");
        refused(api.send("DELETE", path, null), 400, "Expected UUID or name");
    }

    @Test
    void a_path_without_a_version_is_one_of_v1() {
        String node = node();
        port(node, "");
        assertThat(api.get("/ports/detail?node=" + node).json().at("/ports/0/node_uuid").asString()).isEqualTo(node);
        assertThat(api.get("/nodes/" + node + "/").status()).isEqualTo(200);
        assertThat(api.get("/nowhere").status()).isEqualTo(404);
        assertThat(api.sendTo(api.agentUrl() + "/nodes", "GET", null).status()).isEqualTo(404);
    }

    private static Answer attach(String node, String vif, String more) {
        return api.send("POST", "/v1/nodes/" + node + "/vifs", "{\"id\":\"" + vif + "\"" + (more.isEmpty() ? "" : "," + more) + "}");
    }

    private static String vifOf(String path) {
        return api.get(path).json().at("/internal_info/tenant_vif_port_id").asString(null);
    }

    @Test
    void a_vif_goes_to_a_group_first_then_to_a_port_that_boots_and_leaves_when_it_is_detached() {
        String node = node();
        String idle = port(node, "\"pxe_enabled\":false");
        String boots = port(node, "");
        String group = groupId(node, "");
        groupId(node, "\"name\":\"empty-" + node + "\"");
        String member = port(node, "\"portgroup_uuid\":\"" + group + "\"");
        Answer first = attach(node, "vif-1", "");
        assertThat(first.status()).isEqualTo(204);
        assertThat(attach(node, "vif-2", "").status()).isEqualTo(204);
        assertThat(attach(node, "vif-3", "").status()).isEqualTo(204);
        assertThat(vifOf("/v1/portgroups/" + group)).isEqualTo("vif-1");
        assertThat(vifOf("/v1/ports/" + boots)).isEqualTo("vif-2");
        assertThat(vifOf("/v1/ports/" + idle)).isEqualTo("vif-3");
        assertThat(vifOf("/v1/ports/" + member)).isNull();
        assertThat(api.get("/v1/nodes/" + node + "/vifs").json().get("vifs").toString()).isEqualTo("[{\"id\":\"vif-1\"},{\"id\":\"vif-2\"},{\"id\":\"vif-3\"}]");
        refused(attach(node, "vif-1", ""), 409, "VIF vif-1 is already attached to Ironic Portgroup " + group);
        refused(attach(node, "vif-4", ""), 400, "not enough free physical ports");
        refused(api.send("DELETE", "/v1/ports/" + boots, null), 409, "it is bound to VIF vif-2");
        refused(patch("/v1/ports/" + boots, "replace", "/node_uuid", "\"" + node() + "\""), 409, "while VIF vif-2 is attached");
        assertThat(patch("/v1/ports/" + boots, "add", "/extra/a", "1").json().at("/internal_info/tenant_vif_port_id").asString()).isEqualTo("vif-2");
        assertThat(api.send("DELETE", "/v1/nodes/" + node + "/vifs/vif-2", null).status()).isEqualTo(204);
        refused(api.send("DELETE", "/v1/nodes/" + node + "/vifs/vif-2", null), 400, "because it is not attached");
        assertThat(vifOf("/v1/ports/" + boots)).isNull();
        assertThat(attach(node, "vif-4", "\"type\":\"anything\"").status()).isEqualTo(204);
        assertThat(vifOf("/v1/ports/" + boots)).isEqualTo("vif-4");
    }

    @Test
    void a_vif_goes_where_the_client_says_and_a_group_with_a_vif_on_a_port_is_used_by_its_ports() {
        String node = node();
        String group = groupId(node, "");
        String in = "\"portgroup_uuid\":\"" + group + "\"";
        String wanted = port(node, "\"pxe_enabled\":false");
        String member = port(node, "");
        String other = port(node, in);
        assertThat(attach(node, "here", "\"port_uuid\":\"" + wanted + "\"").status()).isEqualTo(204);
        assertThat(vifOf("/v1/ports/" + wanted)).isEqualTo("here");
        refused(attach(node, "again", "\"port_uuid\":\"" + wanted + "\""), 400, "port " + wanted + " is not free");
        refused(attach(node, "again", "\"port_uuid\":\"" + other + "\""), 400, "port " + other + " is not free");
        assertThat(attach(node, "lone", "\"port_uuid\":\"" + member + "\"").status()).isEqualTo(204);
        assertThat(patch("/v1/ports/" + member, "add", "/portgroup_uuid", "\"" + group + "\"").status()).isEqualTo(200);
        refused(attach(node, "bond", in), 400, "port group " + group + " is not free");
        assertThat(attach(node, "next", "").status()).isEqualTo(204);
        assertThat(vifOf("/v1/ports/" + other)).isEqualTo("next");
        refused(attach(node, "x", in + ",\"port_uuid\":\"" + other + "\""), 400, "Cannot specify both port_uuid and portgroup_uuid");
        refused(patch("/v1/portgroups/" + group, "replace", "/standalone_ports_supported", "false"), 409, "VIF lone attached");
    }

    @Test
    void a_wrong_attachment_is_refused_by_its_field() {
        String node = node();
        String path = "/v1/nodes/" + node + "/vifs";
        refused(api.send("POST", path, "{}"), 400, "id is missing");
        refused(attach(node, "a b", ""), 400, "Expected UUID or name, received 'a b'");
        refused(attach(node, "v", "\"port_uuid\":\"x\""), 400, "port_uuid: 'x' is not a UUID");
        refused(attach(node, "v", ""), 400, "any of its 0 ports is not free");
        refused(attach("nobody", "v", ""), 404, "Node nobody could not be found.");
        refused(api.send("DELETE", path + "/a%20b", null), 400, "Expected UUID or name");
        String port = port(node, "");
        assertThat(api.send("POST", path, "{\"id\":\"v\",\"port_uuid\":\"" + port + "\"}", VERSION, "1.66").status()).isEqualTo(406);
        put(node, builder -> builder.reservation("somebody"));
        refused(attach(node, "v", ""), 409, "is locked by somebody");
        put(node, builder -> builder.reservation(null));
        assertThat(attach(node, "v", "").status()).isEqualTo(204);
        assertThat(api.send("DELETE", "/v1/nodes/" + node, null).status()).isEqualTo(204);
    }

    @Test
    void tearing_a_node_down_detaches_its_vifs() throws InterruptedException {
        String node = node();
        String port = port(node, "");
        put(node, builder -> builder.provisionState(ProvisionState.ACTIVE).automatedClean(false));
        assertThat(attach(node, "tenant", "").status()).isEqualTo(204);
        assertThat(api.send("PUT", "/v1/nodes/" + node + "/states/provision", "{\"target\":\"deleted\"}").status()).isEqualTo(202);
        api.await(node, ProvisionState.AVAILABLE);
        assertThat(api.get("/v1/nodes/" + node + "/vifs").json().get("vifs").size()).isZero();
        assertThat(vifOf("/v1/ports/" + port)).isNull();
    }

    @Test
    void shards_tell_how_many_nodes_they_have() {
        created("/v1/nodes", "{\"driver\":\"fake-hardware\",\"shard\":\"east\"}");
        created("/v1/nodes", "{\"driver\":\"fake-hardware\",\"shard\":\"east\"}");
        node();
        JsonNode shards = api.get("/v1/shards").json().get("shards");
        assertThat(shards).anySatisfy(shard -> assertThat(shard.toString()).isEqualTo("{\"name\":\"east\",\"count\":2}"))
                .anySatisfy(shard -> assertThat(shard.get("name").asString()).isEqualTo("None"));
        refused(api.get("/v1/shards?limit=1"), 400, "limit: is not a known argument");
        assertThat(api.get("/v1").json().has("portgroups")).isTrue();
    }
}
