package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Requester;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Microversions 1.97 to 1.115: what each brings, and that a client of the one before neither sees nor uses it.
class NewerMicroversionsTest {
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

    private static String node(String more) {
        return created("/v1/nodes", "{\"driver\":\"fake-hardware\"%s}".formatted(more)).get("uuid").asString();
    }

    private static String port(String node, String more) {
        return created("/v1/ports", portBody(node, more)).get("uuid").asString();
    }

    private static String portBody(String node, String more) {
        return "{\"node_uuid\":\"%s\",\"address\":\"52:54:00:97:00:%02x\"%s}".formatted(node, MACS.incrementAndGet(), more);
    }

    private static String group(String node, String more) {
        return created("/v1/portgroups", "{\"node_uuid\":\"%s\"%s}".formatted(node, more)).get("uuid").asString();
    }

    private static List<String> listed(String path, String key) {
        Answer answer = api.get(path);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().get(key).spliterator(), false).map(one -> one.get("uuid").asString()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ports      | description                     | "uplink" | 97
            ports      | vendor                          | "Intel"  | 100
            ports      | category                        | "blue"   | 101
            ports      | available_for_dynamic_portgroup | false    | 111
            portgroups | physical_network                | "net1"   | 102
            portgroups | category                        | "blue"   | 103
            """)
    void a_field_is_set_changed_shown_and_sorted_by_from_its_version_on(String resource, String field, String value, int since) {
        String node = node("");
        String body = resource.equals("ports") ? portBody(node, ",\"" + field + "\":" + value) : "{\"node_uuid\":\"%s\",\"%s\":%s}".formatted(node, field, value);
        String before = "1." + (since - 1);
        String first = "1." + since;
        Answer refused = api.send("POST", "/v1/" + resource, body, VERSION, before);
        assertThat(refused.status()).isEqualTo(406);
        assertThat(refused.fault()).contains("Field '%s' needs API version %s or later; this request used %s.".formatted(field, first, before));
        Answer made = api.send("POST", "/v1/" + resource, body, VERSION, first);
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.json().get(field).toString()).isEqualTo(value);
        String path = "/v1/%s/%s".formatted(resource, made.json().get("uuid").asString());
        assertThat(api.get(path, VERSION, first).json().get(field).toString()).isEqualTo(value);
        assertThat(api.get(path, VERSION, before).json().has(field)).isFalse();
        assertThat(api.get("/v1/%s/detail?node=%s".formatted(resource, node), VERSION, before).json().get(resource).get(0).has(field)).isFalse();
        assertThat(api.get("/v1/%s?fields=%s".formatted(resource, field), VERSION, before).status()).isEqualTo(406);
        assertThat(api.get("/v1/%s?fields=%s".formatted(resource, field), VERSION, first).status()).isEqualTo(200);
        String removal = "[{\"op\":\"remove\",\"path\":\"/%s\"}]".formatted(field);
        assertThat(api.send("PATCH", path, removal, VERSION, before).status()).isEqualTo(406);
        JsonNode removed = api.send("PATCH", path, removal, VERSION, first).json();
        assertThat(removed.get(field).toString()).isEqualTo(value.equals("false") ? "true" : "null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ports      | vendor           | 32
            ports      | category         | 80
            portgroups | category         | 80
            portgroups | physical_network | 64
            """)
    void a_text_that_is_too_long_is_refused(String resource, String field, int longest) {
        String node = node("");
        String more = ",\"%s\":\"%s\"".formatted(field, "x".repeat(longest + 1));
        String body = resource.equals("ports") ? portBody(node, more) : "{\"node_uuid\":\"%s\"%s}".formatted(node, more);
        Answer refused = api.send("POST", "/v1/" + resource, body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).isEqualTo("%s: has %d characters, at most %d are allowed.".formatted(field, longest + 1, longest));
    }

    @Test
    void ports_are_found_by_a_part_of_their_description() {
        String node = node("");
        String wanted = port(node, ",\"description\":\"rack 7 uplink\"");
        port(node, ",\"description\":\"rack 8\"");
        port(node, "");
        assertThat(listed("/v1/ports?description_contains=7%20up", "ports")).containsExactly(wanted);
        assertThat(listed("/v1/ports?description_contains=7%20up&node=" + node, "ports")).containsExactly(wanted);
        assertThat(api.get("/v1/ports?description_contains=x", VERSION, "1.96").status()).isEqualTo(406);
    }

    @Test
    void ports_and_groups_are_found_by_the_conductor_group_of_their_node() {
        String bear = node(",\"conductor_group\":\"bear\"");
        String metal = node(",\"conductor_group\":\"metal\"");
        String other = node("");
        String bearPort = port(bear, "");
        String metalPort = port(metal, "");
        port(other, "");
        String bearGroup = group(bear, "");
        group(other, "");
        assertThat(listed("/v1/ports?conductor_groups=bear,metal", "ports")).containsExactly(bearPort, metalPort);
        assertThat(listed("/v1/portgroups?conductor_groups=bear,metal", "portgroups")).containsExactly(bearGroup);
        assertThat(api.get("/v1/ports?conductor_groups=bear", VERSION, "1.98").status()).isEqualTo(406);
        assertThat(api.get("/v1/portgroups?conductor_groups=bear", VERSION, "1.98").status()).isEqualTo(406);
        assertThat(api.get("/v1/ports?conductor_groups=bear&node=" + bear).fault()).isEqualTo("conductor_groups: cannot be combined with node. Send one of them.");
        assertThat(api.get("/v1/portgroups?conductor_groups=bear&node=" + bear).fault())
                .isEqualTo("conductor_groups: Filtering by node and conductor_groups simultaneously is not supported. Send one of them.");
    }

    @Test
    void groups_are_found_by_the_shard_of_their_node() {
        String sharded = node(",\"shard\":\"s1\"");
        String wanted = group(sharded, "");
        group(node(""), "");
        assertThat(listed("/v1/portgroups?shard=s1,s2", "portgroups")).containsExactly(wanted);
        assertThat(listed("/v1/portgroups?shard=s2", "portgroups")).isEmpty();
        Answer refused = api.get("/v1/portgroups?shard=s1", VERSION, "1.105");
        assertThat(refused.status()).isEqualTo(406);
        assertThat(refused.fault()).contains("Filter 'shard' needs API version 1.106");
    }

    @Test
    void the_physical_network_of_a_group_is_that_of_its_ports_and_is_changed_with_it() {
        String node = node("");
        String group = group(node, "");
        String member = port(node, ",\"portgroup_uuid\":\"%s\"".formatted(group));
        String own = "[{\"op\":\"add\",\"path\":\"/physical_network\",\"value\":\"net9\"}]";
        assertThat(api.send("PATCH", "/v1/portgroups/" + group, own).json().get("physical_network").asString()).isEqualTo("net9");
        assertThat(api.get("/v1/ports/" + member).json().get("physical_network").asString()).isEqualTo("net9");
        Answer refused = api.send("PATCH", "/v1/ports/" + member, own.replace("net9", "net8"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).isEqualTo("physical_network: cannot be changed while the port belongs to portgroup %s. Change the portgroup's.".formatted(group));
        assertThat(api.send("PATCH", "/v1/ports/" + member, own.replace("net9", "net8"), VERSION, "1.101").status()).as("an older client knows no other way").isEqualTo(200);
    }

    @Test
    void an_instance_has_a_name_from_1_104_on_which_is_novas_until_somebody_chooses_one() {
        String path = "/v1/nodes/" + node(",\"instance_info\":{\"display_name\":\"nova-1\"}");
        assertThat(api.get(path).json().get("instance_name").asString()).isEqualTo("nova-1");
        String other = "[{\"op\":\"replace\",\"path\":\"/instance_info/display_name\",\"value\":\"%s\"}]";
        assertThat(api.send("PATCH", path, other.formatted("nova-2")).json().get("instance_name").asString()).isEqualTo("nova-2");
        String chosen = "[{\"op\":\"add\",\"path\":\"/instance_name\",\"value\":\"mine\"}]";
        assertThat(api.send("PATCH", path, chosen, VERSION, "1.103").status()).isEqualTo(406);
        assertThat(api.send("PATCH", path, chosen).json().get("instance_name").asString()).isEqualTo("mine");
        assertThat(api.send("PATCH", path, other.formatted("nova-3")).json().get("instance_name").asString()).isEqualTo("mine");
        assertThat(api.get(path, VERSION, "1.103").json().has("instance_name")).isFalse();
    }

    @Test
    void a_group_says_whether_it_is_a_dynamic_one_which_clients_cannot_choose() {
        String group = group(node(""), "");
        assertThat(api.get("/v1/portgroups/" + group).json().get("dynamic_portgroup").asBoolean()).isFalse();
        assertThat(api.get("/v1/portgroups/" + group, VERSION, "1.110").json().has("dynamic_portgroup")).isFalse();
        Answer refused = api.send("PATCH", "/v1/portgroups/" + group, "[{\"op\":\"add\",\"path\":\"/dynamic_portgroup\",\"value\":true}]");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).contains("'dynamic_portgroup' cannot be changed");
    }

    @Test
    void a_service_without_the_ramdisk_can_be_asked_for_from_1_108_on() {
        String node = node("");
        String body = "{\"target\":\"service\",\"disable_ramdisk\":true,\"service_steps\":[{\"interface\":\"power\",\"step\":\"reboot\"}]}";
        Answer refused = api.send("PUT", "/v1/nodes/%s/states/provision".formatted(node), body, VERSION, "1.107");
        assertThat(refused.status()).isEqualTo(406);
        assertThat(refused.fault()).contains("Argument 'disable_ramdisk' with 'service' needs API version 1.108");
        Answer known = api.send("PUT", "/v1/nodes/%s/states/provision".formatted(node), body, VERSION, "1.108");
        assertThat(known.status()).isEqualTo(400);
        assertThat(known.fault()).as("understood, but the node is not active").contains("can not be performed");
        String clean = body.replace("service", "clean");
        assertThat(api.send("PUT", "/v1/nodes/%s/states/provision".formatted(node), clean, VERSION, "1.70").status()).as("with clean it is older").isEqualTo(400);
    }

    @Test
    void a_runbook_has_any_name_a_description_and_traits_from_1_112_on() {
        String body = "{\"name\":\"wipe.all\",\"description\":\"two passes\",\"steps\":[{\"interface\":\"deploy\",\"step\":\"erase_devices\",\"args\":{},\"order\":1}]}";
        assertThat(api.send("POST", "/v1/runbooks", body, VERSION, "1.111").status()).isEqualTo(406);
        assertThat(api.send("POST", "/v1/runbooks", body.replace("\"description\":\"two passes\",", ""), VERSION, "1.111").fault()).contains("wipe.all");
        JsonNode made = created("/v1/runbooks", body);
        assertThat(made.get("description").asString()).isEqualTo("two passes");
        assertThat(made.get("traits")).isEmpty();
        String path = "/v1/runbooks/wipe.all";
        JsonNode older = api.get(path, VERSION, "1.111").json();
        assertThat(older.has("traits")).isFalse();
        assertThat(older.has("description")).isFalse();
        assertThat(api.send("PATCH", path, "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"free\"}]", VERSION, "1.111").status()).isEqualTo(400);
        assertThat(api.send("PATCH", path, "[{\"op\":\"add\",\"path\":\"/traits\",\"value\":[\"CUSTOM_A\"]}]").fault()).contains("'traits' cannot be changed");

        assertThat(api.send("PUT", path + "/traits", "{\"traits\":[\"CUSTOM_A\",\"CUSTOM_B\"]}").status()).isEqualTo(204);
        Answer added = api.send("PUT", path + "/traits/CUSTOM_C", null);
        assertThat(added.status()).isEqualTo(204);
        assertThat(added.header("Location")).endsWith(path + "/traits/CUSTOM_C");
        assertThat(api.get(path + "/traits").json().toString()).isEqualTo("{\"traits\":[\"CUSTOM_A\",\"CUSTOM_B\",\"CUSTOM_C\"]}");
        assertThat(api.send("DELETE", path + "/traits/CUSTOM_B", null).status()).isEqualTo(204);
        assertThat(api.send("DELETE", path + "/traits/CUSTOM_B", null).status()).as("gone is gone").isEqualTo(204);
        assertThat(api.get(path).json().get("traits").toString()).isEqualTo("[\"CUSTOM_A\",\"CUSTOM_C\"]");
        assertThat(api.send("PUT", path + "/traits/lower", null).status()).isEqualTo(400);
        assertThat(api.send("PUT", path + "/traits", "{}").fault()).contains("traits is missing");
        assertThat(api.send("PUT", path + "/traits/CUSTOM_D", "{\"traits\":[]}").fault()).contains("must be empty");
        for (String method : List.of("GET", "PUT", "DELETE")) {
            assertThat(api.send(method, path + "/traits", method.equals("PUT") ? "{\"traits\":[]}" : null, VERSION, "1.111").status()).as(method).isEqualTo(404);
        }
        assertThat(api.send("DELETE", path + "/traits", null).status()).isEqualTo(204);
        assertThat(api.get(path + "/traits").json().get("traits")).isEmpty();
    }

    @Test
    void a_runbook_is_approved_by_its_traits_and_to_older_clients_by_its_name() {
        String steps = "\"steps\":[{\"interface\":\"deploy\",\"step\":\"erase_devices\",\"args\":{},\"order\":1}]}";
        created("/v1/runbooks", "{\"name\":\"traitless\"," + steps);
        created("/v1/runbooks", "{\"name\":\"CUSTOM_NAMED\"," + steps);
        api.send("PUT", "/v1/runbooks/CUSTOM_NAMED/traits/CUSTOM_OTHER", null);
        assertThat(api.send("POST", "/v1/runbooks", "{\"name\":\"CUSTOM_OLD\"," + steps, VERSION, "1.111").status()).isEqualTo(201);
        assertThat(api.get("/v1/runbooks/CUSTOM_OLD/traits").json().toString()).as("what an older client makes has the trait of its name").isEqualTo("{\"traits\":[\"CUSTOM_OLD\"]}");

        String node = node("");
        api.send("PUT", "/v1/nodes/%s/traits/CUSTOM_NAMED".formatted(node), null);
        String path = "/v1/nodes/%s/states/provision".formatted(node);
        assertThat(api.send("PUT", path, "{\"target\":\"clean\",\"runbook\":\"traitless\"}").fault()).contains("Runbook traitless has no traits configured");
        String wish = "{\"target\":\"clean\",\"runbook\":\"CUSTOM_NAMED\"}";
        assertThat(api.send("PUT", path, wish).fault()).contains("the node has not the trait CUSTOM_OTHER");
        assertThat(api.send("PUT", path, wish, VERSION, "1.111").fault()).as("approved, but in the wrong state").contains("can not be performed");
        api.send("PUT", "/v1/nodes/%s/traits/CUSTOM_OTHER".formatted(node), null);
        assertThat(api.send("PUT", path, wish).fault()).as("approved, but in the wrong state").contains("can not be performed");
    }

    @Test
    void history_says_for_which_project_from_1_113_on_and_in_which_state_from_1_115_on() {
        NodeId id = NodeId.of(node(""));
        Node enrolled = api.database.nodes().find(id).orElseThrow();
        api.database.nodes().commit(new Change(enrolled, enrolled.toBuilder().provisionState(ProvisionState.VERIFYING).targetProvisionState(ProvisionState.MANAGEABLE).build(),
                List.of(), List.of(), new FlowUpdate.None()));
        Node verifying = api.database.nodes().find(id).orElseThrow();
        api.database.nodes().commit(new Change(verifying, verifying, List.of(HistoryEntry.error(id, verifying.provisionUpdatedAt().plusSeconds(61), "c", "provisioning", "broke")
                .by(new Requester("u1", "p1"))), List.of(), new FlowUpdate.None()));
        JsonNode newest = api.get("/v1/nodes/%s/history?detail=true".formatted(id)).json().get("history").get(0);
        assertThat(newest.get("user").asString()).isEqualTo("u1");
        assertThat(newest.get("project").asString()).isEqualTo("p1");
        assertThat(newest.get("state").asString()).isEqualTo("verifying");
        assertThat(newest.get("target_provision_state").asString()).isEqualTo("manageable");
        assertThat(newest.get("duration_seconds").asInt()).isEqualTo(61);
        String one = "/v1/nodes/%s/history/%s".formatted(id, newest.get("uuid").asString());
        assertThat(api.get(one).json()).isEqualTo(newest);
        JsonNode older = api.get(one, VERSION, "1.114").json();
        assertThat(older.has("project")).isTrue();
        assertThat(List.of("state", "target_provision_state", "duration_seconds")).noneMatch(older::has);
        assertThat(api.get(one, VERSION, "1.112").json().has("project")).isFalse();
        assertThat(api.get("/v1/nodes/%s/history".formatted(id)).json().get("history").get(0).has("project")).as("only in detail").isFalse();
    }
}
