package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class AllocationApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";

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

    private static Node node(String resourceClass, UnaryOperator<Node.Builder> more) {
        return api.database.nodes().create(more.apply(Node.builder(NodeId.random(), "fake-hardware").resourceClass(resourceClass)
                .provisionState(ProvisionState.AVAILABLE).powerState(PowerState.OFF)).build());
    }

    private static void edit(Node node, UnaryOperator<Node.Builder> edit) {
        Node before = again(node);
        api.database.nodes().commit(Change.of(before, edit.apply(before.toBuilder()).build()));
    }

    private static Node again(Node node) {
        return api.database.nodes().find(node.id()).orElseThrow();
    }

    private static JsonNode create(String body) {
        Answer answer = api.send("POST", "/v1/allocations", body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(api.url() + "/v1/allocations/" + answer.json().get("uuid").asString());
        return answer.json();
    }

    private static JsonNode settled(String ident) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (true) {
            JsonNode now = api.get("/v1/allocations/" + ident).json();
            if (!now.get("state").asString().equals("allocating")) {
                return now;
            }
            assertThat(Instant.now()).as("still %s", now).isBefore(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void an_allocation_is_answered_at_once_and_gets_its_node_soon() throws InterruptedException {
        Node node = node("soon", b -> b.name("soon-1"));
        JsonNode created = create("{\"resource_class\":\"soon\",\"name\":\"my-alloc\",\"candidate_nodes\":[\"soon-1\"],\"extra\":{\"a\":1},\"owner\":null}");
        assertThat(created.get("state").asString()).isEqualTo("allocating");
        assertThat(created.get("node_uuid").isNull()).isTrue();
        assertThat(created.at("/candidate_nodes/0").asString()).isEqualTo(node.id().toString());
        JsonNode active = settled("my-alloc");
        assertThat(active.get("state").asString()).isEqualTo("active");
        assertThat(active.get("node_uuid").asString()).isEqualTo(node.id().toString());
        assertThat(api.get("/v1/nodes/soon-1/allocation").json()).isEqualTo(active);
        assertThat(api.get("/nodes/soon-1/allocation").json()).isEqualTo(active);
        JsonNode shown = api.get("/v1/nodes/soon-1").json();
        assertThat(shown.get("allocation_uuid")).isEqualTo(created.get("uuid"));
        assertThat(shown.get("instance_uuid")).isEqualTo(created.get("uuid"));
        assertThat(api.send("DELETE", "/v1/nodes/soon-1/allocation", null).status()).isEqualTo(204);
        assertThat(api.get("/v1/allocations/my-alloc").status()).isEqualTo(404);
        assertThat(api.get("/v1/nodes/soon-1/allocation").fault()).isEqualTo("Allocation for node soon-1 could not be found.");
        assertThat(again(node).instanceUuid()).isNull();
    }

    @Test
    void the_end_of_the_instance_is_the_end_of_the_allocation() throws InterruptedException {
        Node node = node("ends", b -> b.driverInfo(java.util.Map.of("fake_address", "x")).automatedClean(false));
        String uuid = settled(create("{\"resource_class\":\"ends\"}").get("uuid").asString()).get("uuid").asString();
        edit(node, b -> b.provisionState(ProvisionState.ACTIVE));
        Answer refused = api.send("DELETE", "/v1/allocations/" + uuid, null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).contains("Undeploy the node");
        String patch = "[{\"op\":\"remove\",\"path\":\"/instance_uuid\"}]";
        assertThat(api.send("PATCH", "/v1/nodes/" + node.id(), patch).status()).isEqualTo(409);
        assertThat(api.send("PUT", "/v1/nodes/" + node.id() + "/states/provision", "{\"target\":\"deleted\"}").status()).isEqualTo(202);
        api.await(node.id().toString(), ProvisionState.AVAILABLE);
        assertThat(api.get("/v1/allocations/" + uuid).status()).isEqualTo(404);
        String second = settled(create("{\"resource_class\":\"ends\"}").get("uuid").asString()).get("uuid").asString();
        assertThat(api.send("PATCH", "/v1/nodes/" + node.id(), patch).status()).isEqualTo(200);
        assertThat(api.get("/v1/allocations/" + second).status()).isEqualTo(404);
        assertThat(again(node).allocationUuid()).isNull();
    }

    @Test
    void an_allocation_without_a_fitting_node_says_why() throws InterruptedException {
        JsonNode failed = settled(create("{\"resource_class\":\"nowhere\",\"traits\":[\"CUSTOM_X\"]}").get("uuid").asString());
        assertThat(failed.get("state").asString()).isEqualTo("error");
        assertThat(failed.get("last_error").asString()).contains("no node fits");
        assertThat(api.get("/v1/allocations?state=error&resource_class=nowhere").json().get("allocations").size()).isEqualTo(1);
        assertThat(api.get("/v1/allocations?state=active&resource_class=nowhere").json().get("allocations").isEmpty()).isTrue();
        assertThat(api.send("DELETE", "/v1/allocations/" + failed.get("uuid").asString(), null).status()).isEqualTo(204);
    }

    @Test
    void a_node_in_use_can_be_written_down_as_allocated() {
        UUID instance = UUID.randomUUID();
        Node node = node("used", b -> b.provisionState(ProvisionState.ACTIVE).instanceUuid(instance));
        JsonNode created = create("{\"node\":\"%s\"}".formatted(node.id()));
        assertThat(created.get("uuid").asString()).isEqualTo(instance.toString());
        assertThat(created.get("state").asString()).isEqualTo("active");
        assertThat(created.get("resource_class").asString()).isEqualTo("used");
        assertThat(created.get("node_uuid").asString()).isEqualTo(node.id().toString());
        Node idle = node("used", b -> b);
        Answer refused = api.send("POST", "/v1/allocations", "{\"node\":\"%s\"}".formatted(idle.id()));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).contains("must be in state 'active'");
        assertThat(api.send("POST", "/v1/allocations", "{\"node\":\"%s\"}".formatted(node.id()), VERSION, "1.57").fault()).contains("1.58");
    }

    @Test
    void name_and_extra_change_from_1_57() {
        String uuid = create("{\"resource_class\":\"patched\",\"name\":\"before\"}").get("uuid").asString();
        String patch = "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"after\"},{\"op\":\"add\",\"path\":\"/extra/k\",\"value\":\"v\"}]";
        assertThat(api.send("PATCH", "/v1/allocations/before", patch, VERSION, "1.56").status()).isEqualTo(405);
        JsonNode changed = api.send("PATCH", "/v1/allocations/before", patch).json();
        assertThat(changed.get("name").asString()).isEqualTo("after");
        assertThat(changed.at("/extra/k").asString()).isEqualTo("v");
        Answer refused = api.send("PATCH", "/v1/allocations/" + uuid, "[{\"op\":\"replace\",\"path\":\"/resource_class\",\"value\":\"x\"}]");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).contains("'resource_class' cannot be changed");
        create("{\"resource_class\":\"patched\",\"name\":\"taken\"}");
        assertThat(api.send("PATCH", "/v1/allocations/after", patch.replace("after", "taken")).status()).isEqualTo(409);
        assertThat(api.send("POST", "/v1/allocations", "{\"resource_class\":\"patched\",\"name\":\"taken\"}").fault())
                .isEqualTo("An allocation with name taken already exists.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                   | resource_class is missing",
        "{\"resource_class\":7}                               | resource_class: 7 is not a string",
        "{\"resource_class\":\"bm\",\"colour\":1}             | colour: is not a field of a allocation",
        "{\"resource_class\":\"bm\",\"state\":\"active\"}     | state: cannot be set by clients",
        "{\"resource_class\":\"bm\",\"traits\":[\"meow\"]}    | traits: 'meow' is neither a standard trait nor CUSTOM_",
        "{\"resource_class\":\"bm\",\"traits\":\"CUSTOM_A\"}  | traits: 'CUSTOM_A' is not a JSON array",
        "{\"resource_class\":\"bm\",\"uuid\":\"12\"}          | uuid: '12' is not a UUID",
        "{\"resource_class\":\"bm\",\"name\":\"a b\"}         | Cannot use invalid name 'a b'",
        "{\"resource_class\":\"bm\",\"candidate_nodes\":[\"nobody\"]} | candidate_nodes: Node nobody could not be found",
        "{\"node\":\"nobody\"}                                | node: Node nobody could not be found",
        "[]                                                   | must be a JSON object",
    })
    void a_body_that_is_wrong_is_refused_by_field(String body, String message) {
        Answer answer = api.send("POST", "/v1/allocations", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void older_clients_see_no_allocations_and_younger_fields_are_hidden() {
        String uuid = create("{\"resource_class\":\"old\",\"owner\":\"p1\"}").get("uuid").asString();
        assertThat(api.get("/v1/allocations", VERSION, "1.51").status()).isEqualTo(404);
        assertThat(api.send("POST", "/v1/allocations", "{}", VERSION, "1.51").status()).isEqualTo(405);
        assertThat(api.send("DELETE", "/v1/allocations/" + uuid, null, VERSION, "1.51").status()).isEqualTo(405);
        assertThat(api.get("/v1/allocations/" + uuid, VERSION, "1.59").json().has("owner")).isFalse();
        assertThat(api.get("/v1/allocations?fields=owner", VERSION, "1.59").status()).isEqualTo(406);
        assertThat(api.get("/v1/allocations?owner=p1", VERSION, "1.59").status()).isEqualTo(406);
        assertThat(api.get("/v1/allocations?owner=p1&fields=uuid").json().at("/allocations/0/uuid").asString()).isEqualTo(uuid);
        assertThat(api.get("/v1/allocations?sort_key=extra").status()).isEqualTo(400);
        assertThat(api.get("/v1/allocations?state=lost").fault()).contains("'lost' is not one of allocating, active, error");
        assertThat(api.get("/v1/allocations?node=nobody").status()).isEqualTo(400);
        assertThat(api.get("/v1/allocations/nobody").fault()).isEqualTo("Allocation nobody could not be found.");
    }
}
