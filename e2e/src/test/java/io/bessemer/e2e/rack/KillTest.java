package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.ProvisioningNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// `kill -9` of the server while it works: what it had accepted is finished by the next process, without an operator.
@Tag("root")
@Tag("qemu")
class KillTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration RESUMED = Duration.ofSeconds(15);
    private static final List<String> NODES = List.of("bios-1", "uefi-2");

    private TestRack rack;
    private Operator operator;
    private final List<String> figures = new ArrayList<>();

    @RegisterExtension
    final TestRack.Witness witness = new TestRack.Witness(() -> rack);

    @BeforeEach
    void start() throws Exception {
        rack = TestRack.start("kill", List.of(), MachineSpec.of(1, Firmware.BIOS), MachineSpec.of(2, Firmware.UEFI).on(ProvisioningNetwork.SECOND));
        operator = rack.operator();
        for (String node : NODES) {
            operator.enrol(rack.target(node), rack.machine(node).spec().mac());
        }
    }

    @AfterEach
    void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    void a_server_killed_four_times_still_makes_hosts_of_both() throws Exception {
        for (String node : NODES) {
            operator.request(node, "manage");
        }
        kill("verify");
        awaitBoth("manageable");

        Instant asked = Instant.now();
        for (String node : NODES) {
            operator.request(node, "inspect");
        }
        awaitAny(asked, event -> event.path("phase").asString("").equals("kernel"), "a machine to fetch the kernel");
        kill("ramdisk boot");
        awaitBoth("manageable");

        for (String node : NODES) {
            operator.request(node, "provide");
        }
        awaitBoth("available");

        asked = Instant.now();
        for (String node : NODES) {
            operator.requestDeploy(node);
        }
        awaitAny(asked, event -> Operator.is(event, "command", "write_image"), "an agent to be told to write");
        kill("image write");
        awaitAny(asked, event -> event.path("phase").asString("").equals("disk boot"), "a machine to be sent to its disk");
        kill("reboot");
        awaitBoth("active");
        for (String node : NODES) {
            operator.awaitEvent(List.of(node), asked, event -> Operator.is(event, "host", "up"), node + "'s system to report", LIMIT);
        }
        figures.forEach(System.out::println);

        for (String node : NODES) {
            JsonNode found = operator.node(node);
            assertThat(found.path("last_error").asString("")).isEmpty();
            assertThat(found.path("reservation").asString("")).isEmpty();
            assertThat(found.path("target_provision_state").asString("")).isEmpty();
            assertThat(rack.console(node)).containsOnlyOnce("BOOTED-FROM-DISK");
            List<JsonNode> timeline = operator.timeline(node);
            for (String command : List.of("erase_metadata", "write_image", "write_config_drive", "install_boot")) {
                assertThat(timeline.stream().filter(event -> Operator.is(event, "command", command))).as("%s told to %s", command, node).hasSize(1);
                assertThat(timeline.stream().filter(event -> Operator.is(event, "command", command + "-done"))).as("%s done by %s", command, node).hasSize(1);
            }
            assertThat(timeline).noneMatch(event -> event.path("event").asString("").equals("boot-again"))
                    .noneMatch(event -> event.path("event").asString("").equals("agent-lost"));
            String recorded = rack.client().text("/v1/nodes/" + node + "/console/log?lines=5000");
            assertThat(recorded.split("=== deploy of " + node + " begins, attempt ")).as("each process goes on recording").hasSizeGreaterThan(2);
            assertThat(recorded).contains("console connected, taken over from another session", "bessemer-agent: ", "write_image succeeded");
        }
    }

    /// Kills and restarts; the work must go on within [#RESUMED] of the moment when the new process answers.
    private void kill(String moment) throws Exception {
        Instant killed = Instant.now();
        List<String> before = standing();
        Duration api = rack.killAndRestartServer();
        long answered = System.nanoTime();
        Operator.await("work to go on after the kill during " + moment, RESUMED, () -> {
            List<String> now = standing();
            boolean seen = NODES.stream().anyMatch(node -> !timelineSince(node, killed).isEmpty());
            return new Operator.Look(seen || !now.equals(before), "it stands as before: " + now);
        });
        figures.add("killed during %s: API back after %.1f s, work goes on %.1f s later"
                .formatted(moment, api.toMillis() / 1000.0, (System.nanoTime() - answered) / 1e9));
    }

    private List<JsonNode> timelineSince(String node, Instant since) {
        try {
            return rack.client().timeline(node, since.toString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// State, and how far the agent's command is.
    private List<String> standing() throws Exception {
        List<String> standing = new ArrayList<>();
        for (String node : NODES) {
            standing.add(operator.node(node).path("provision_state").asString("") + " " + rack.client().explanation(node).path("progress"));
        }
        return standing;
    }

    private void awaitAny(Instant since, Predicate<JsonNode> wanted, String what) throws Exception {
        operator.awaitEvent(NODES, since, wanted, what, LIMIT);
    }

    private void awaitBoth(String state) throws Exception {
        for (String node : NODES) {
            operator.awaitState(node, state, LIMIT);
        }
    }
}
