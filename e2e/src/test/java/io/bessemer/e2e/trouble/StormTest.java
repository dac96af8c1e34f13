package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.lab.simulated.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Very many machines at once, some of which have something wrong with them: each ends where it should, and says why.
@Timeout(300)
class StormTest {
    private static final int MACHINES = 80;
    private static final int TROUBLED = 2 * Trouble.values().length;

    @TempDir
    private static Path directory;
    private static Site site;
    private static ImageHost images;

    @BeforeAll
    static void start() throws IOException {
        images = new ImageHost();
        site = Site.start(directory, 5001, MACHINES, "--bessemer.conductor.max-retries=1", "--bessemer.conductor.max-boots=2",
                "--bessemer.ipmi.retries=3", "--bessemer.ipmi.call-timeout=6s", "--bessemer.conductor.boot.power=8s", "--bessemer.conductor.boot.dhcp=8s",
                "--bessemer.conductor.boot.loader=8s", "--bessemer.conductor.boot.script=8s", "--bessemer.conductor.boot.kernel=8s",
                "--bessemer.conductor.agent-lost=28s");
    }

    @AfterAll
    static void stop() throws IOException {
        site.close();
        images.close();
    }

    @Test
    void of_very_many_at_once_each_becomes_a_host_or_tells_what_is_wrong() {
        List<SimulatedMachine> machines = site.machines();
        Trouble.befall(machines, TROUBLED);
        machines.forEach(site::enrol);

        stage("manage", "manageable", "enroll");
        stage("provide", "available", "clean failed");
        states().forEach((name, node) -> {
            if (state(node).equals("available")) {
                site.set(name, "/instance_info", Map.of("image_source", images.url()));
            }
        });
        stage("active", "active", "deploy failed");

        Map<String, JsonNode> ended = states();
        for (int i = 0; i < MACHINES; i++) {
            SimulatedMachine machine = machines.get(i);
            JsonNode node = ended.get(machine.spec().name());
            String error = node.path("last_error").asString("");
            if (i >= TROUBLED || Trouble.ofTurn(i).survives()) {
                assertThat(state(node)).as("%s: %s", machine.spec().name(), error).isEqualTo("active");
                Site.until("the host reports", machine::hostUp);
            } else {
                assertThat(state(node)).as("%s, %s", machine.spec().name(), Trouble.ofTurn(i).text()).isEqualTo(restsIn(Trouble.ofTurn(i)));
                assertThat(error).as(Trouble.ofTurn(i).text()).containsIgnoringCase(tells(Trouble.ofTurn(i)));
            }
        }
    }

    @AfterEach
    void figures_tell_of_all_that() {
        String figures = site.text("/metrics");
        assertThat(figures).contains("bessemer_nodes{maintenance=\"false\",provision_state=\"active\"} ", "bessemer_power_sync_nodes ", "jvm_memory_used_bytes")
                .containsPattern("bessemer_ipmi_events_total\\{event=\"retransmitted\"} [1-9]").containsPattern("bessemer_boot_events_total\\{event=\"dhcp.request\"} [1-9]")
                .containsPattern("bessemer_http_requests_seconds_count\\{method=\"PUT\",path=\"/v1/nodes/\\{ident}/states/provision\",status=\"202\"} [1-9]");
    }

    private static String restsIn(Trouble trouble) {
        return switch (trouble) {
            case WRONG_PASSWORD, DEAD_BMC -> "enroll";
            case NO_NETWORK, NO_AGENT -> "clean failed";
            case DISK_ERROR -> "deploy failed";
            case LOSSY_BMC, SLOW_BMC, REBOOTS -> "active";
        };
    }

    private static String tells(Trouble trouble) {
        return switch (trouble) {
            case WRONG_PASSWORD -> "ipmi_password";
            case DEAD_BMC -> "no answer";
            case NO_NETWORK -> "DHCP";
            case NO_AGENT -> "kernel";
            case DISK_ERROR -> "Input/output error";
            case LOSSY_BMC, SLOW_BMC, REBOOTS -> "";
        };
    }

    /// All that can go there at once, until each rests.
    private static void stage(String verb, String goal, String failed) {
        Predicate<JsonNode> ready = switch (verb) {
            case "manage" -> node -> true;
            case "provide" -> node -> state(node).equals("manageable");
            default -> node -> state(node).equals("available");
        };
        List<String> asked = states().entrySet().stream().filter(entry -> ready.test(entry.getValue())).map(Map.Entry::getKey).toList();
        asked.forEach(name -> site.provision(name, verb));
        assertThat(asked).isNotEmpty();
        Site.until("all rest after " + verb, () -> {
            Map<String, JsonNode> now = states();
            return asked.stream().map(now::get).allMatch(node -> state(node).equals(goal)
                    || state(node).equals(failed) && !node.path("last_error").asString("").isEmpty());
        });
    }

    private static String state(JsonNode node) {
        return node.path("provision_state").asString();
    }

    private static Map<String, JsonNode> states() {
        var states = new HashMap<String, JsonNode>();
        site.call("GET", "/v1/nodes?fields=name,provision_state,last_error&limit=1000", null).expect(200).body().path("nodes")
                .forEach(node -> states.put(node.path("name").asString(), node));
        return states;
    }
}
