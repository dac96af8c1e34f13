package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.NodeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agents' endpoints, through the agents' port, with a real conductor behind them.
class AgentApiTest {
    private static final String MAC = "52:54:00:00:00:01";

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

    private static Answer send(String method, String path, String body) {
        return api.sendTo(api.agentUrl() + path, method, body, "Authorization", "Bearer stale");
    }

    private static String provision(String node, String target) {
        Answer answer = api.send("PUT", "/v1/nodes/" + node + "/states/provision", "{\"target\":\"" + target + "\"}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(202);
        return node;
    }

    @Test
    void an_agent_takes_a_machine_from_enroll_to_active_through_http() throws InterruptedException {
        String node = api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"driver_info\":{\"fake_address\":\"a\"},\"instance_info\":{\"image_source\":\"debian\"}}")
                .json().get("uuid").asString();
        api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"" + MAC + "\"}");
        api.await(provision(node, "manage"), ProvisionState.MANAGEABLE);
        provision(node, "inspect");
        assertThat(api.get("/v1/nodes/" + node).json().get("target_provision_state").isNull()).as("clients wait on it").isFalse();
        api.await(node, ProvisionState.MANAGEABLE);
        assertThat(api.get("/v1/nodes/" + node + "/inventory").json().at("/inventory/cpu/count").asInt()).isEqualTo(4);
        assertThat(api.sendTo(api.agentUrl() + "/v1/lookup?addresses=" + MAC + ",junk", "GET", null).json().at("/node/uuid").asString()).isEqualTo(node);
        api.await(provision(node, "provide"), ProvisionState.AVAILABLE);
        api.await(provision(node, "active"), ProvisionState.ACTIVE);
        assertThat(api.hardware.agent(NodeId.of(node)).done).contains("write_image");
        assertThat(api.hardware.agent(NodeId.of(node)).configDrive).contains("\"report_url\":\"" + api.agentUrl() + "/v1/hosts/" + node + "/up?token=");
        assertThat(api.get("/v1/nodes/" + node + "/timeline").json().get("timeline").size()).isPositive();
        firstBootFails(node);
    }

    private static void firstBootFails(String node) {
        Matcher url = Pattern.compile("\"failure_url\":\"" + api.agentUrl() + "(/v1/hosts/[^\"]+)\"").matcher(api.hardware.agent(NodeId.of(node)).configDrive);
        assertThat(url.find()).isTrue();
        String body = "{\"part\":\"install packages\",\"error\":\"apt-get ended with 100\",\"output\":[\"E: no such thing\"]}";
        assertThat(send("POST", url.group(1), "{\"part\":\"install packages\"}").fault()).contains("error: found 'null'");
        assertThat(send("POST", url.group(1).replaceAll("token=.*", "token=other"), body).status()).isEqualTo(401);
        assertThat(send("POST", url.group(1), body).status()).isEqualTo(204);
        assertThat(send("POST", url.group(1), body).status()).as("twice is as good as once").isEqualTo(204);
        String timeline = api.get("/v1/nodes/" + node + "/timeline").response().body();
        assertThat(timeline).contains("first-boot-failed").containsOnlyOnce("The first boot failed at 'install packages': apt-get ended with 100. It said: E: no such thing.");
    }

    @Test
    void tokens_that_are_stale_absent_or_used_are_401() {
        String agent = "/v1/agent/" + NodeId.random();
        assertThat(send("POST", agent + "/session", "{\"attempt\":3,\"token\":\"used\"}").status()).isIn(401, 404);
        Answer none = api.sendTo(api.agentUrl() + agent + "/commands/next", "GET", null);
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.fault()).contains("Bearer");
        assertThat(send("GET", agent + "/commands/next", null).status()).isEqualTo(401);
        assertThat(send("GET", agent + "/configdrive", null).status()).isEqualTo(401);
        assertThat(send("POST", agent + "/events", "[]").status()).isEqualTo(401);
        assertThat(send("POST", agent + "/goodbye", "{\"reason\":\"idle\"}").status()).isEqualTo(401);
        assertThat(send("POST", agent + "/commands/" + UUID.randomUUID(), "{\"status\":\"running\"}").status()).isEqualTo(401);
        assertThat(send("POST", "/v1/hosts/" + NodeId.random() + "/up", null).status()).isEqualTo(401);
        assertThat(send("POST", "/v1/hosts/" + NodeId.random() + "/up?token=x", "hostname=a").status()).isIn(400, 401, 404);
    }

    @Test
    void malformed_words_of_agents_are_named() {
        String agent = "/v1/agent/" + NodeId.random();
        assertThat(send("POST", agent + "/session", "{\"token\":\"boot\"}").fault()).contains("attempt");
        assertThat(send("POST", agent + "/commands/" + UUID.randomUUID(), "{\"status\":\"tired\"}").fault()).contains("'tired' is not one of running, succeeded, failed");
        assertThat(send("POST", agent + "/commands/12", "{\"status\":\"running\"}").fault()).contains("'12' is not a UUID");
        assertThat(send("POST", "/v1/agent/x/events", "[]").status()).isEqualTo(404);
        assertThat(send("GET", "/v1/lookup", null).status()).isEqualTo(400);
        assertThat(send("GET", "/v1/lookup?addresses=" + "52:54:00:ff:ff:ff", null).status()).isEqualTo(404);
    }

    @Test
    void hundreds_of_agents_ask_at_once() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> polls = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                polls.add(() -> send("GET", "/v1/agent/" + NodeId.random() + "/commands/next?wait=2", null));
            }
            for (Future<Answer> poll : threads.invokeAll(polls)) {
                assertThat(poll.get().status()).isEqualTo(401);
            }
        }
    }

    @Test
    void the_agent_port_shows_nothing_of_the_rest() {
        for (String path : List.of("/v1", "/v1/nodes", "/v1/nodes/x/states/power", "/error", "/v1/agent/../nodes")) {
            Answer answer = send("GET", path, null);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.header("X-OpenStack-Ironic-API-Maximum-Version")).isEqualTo("1.115");
            assertThat(answer.fault()).isNotEmpty();
        }
    }
}
