package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.cli.client.ApiException;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// A machine that cannot come up: it is tried again, given up, explained, and let go.
@Tag("root")
@Tag("qemu")
class StuckBootTest {
    private static final String NODE = "bios-1";
    private static final String NOBODYS_MAC = "52:54:00:22:ff:ff";
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    private TestRack rack;
    private Operator operator;

    @RegisterExtension
    final TestRack.Witness witness = new TestRack.Witness(() -> rack);

    @BeforeEach
    void start() throws Exception {
        rack = TestRack.start("stuck", List.of("--bessemer.conductor.boot.power=8s", "--bessemer.conductor.max-boots=2"),
                MachineSpec.of(1, Firmware.BIOS));
        operator = rack.operator();
    }

    @AfterEach
    void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    void a_port_with_a_wrong_mac_fails_with_the_phase_and_a_dead_bmc_holds_nothing_up() throws Exception {
        operator.enrol(rack.target(NODE), NOBODYS_MAC);
        operator.request(NODE, "manage");
        operator.awaitState(NODE, "manageable", LIMIT);

        operator.request(NODE, "inspect");
        operator.awaitState(NODE, "inspect wait", LIMIT);
        JsonNode now = rack.client().explanation(NODE);
        assertThat(now.path("phase").asString("")).isEqualTo("power");
        assertThat(now.path("advice").isEmpty()).isFalse();
        assertThat(now.path("deadline").isString()).isTrue();

        operator.awaitState(NODE, "inspect failed", LIMIT);
        assertThat(operator.node(NODE).path("last_error").asString()).startsWith("Inspection failed in phase 'power': ")
                .contains("no DHCP packet came from it").contains("(2 attempts)").contains("MAC address of the node's port");
        assertThat(operator.timeline(NODE).stream().filter(event -> event.path("event").asString("").equals("boot-again"))).hasSize(1);
        JsonNode failed = rack.client().explanation(NODE);
        assertThat(failed.path("summary").asString("")).contains("phase 'power'");
        assertThat(failed.path("advice").toString()).contains("MAC address of the node's port").contains("baremetal node manage " + NODE);

        rack.killBmc(NODE);
        operator.request(NODE, "manage");
        operator.request(NODE, "inspect"); // whose BMC answers no more
        long begin = System.nanoTime();
        rack.client().put("/v1/nodes/" + NODE + "/maintenance", Map.of("reason", "its BMC is dead"));
        rack.client().delete("/v1/nodes/" + NODE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertThatThrownBy(() -> operator.node(NODE)).isInstanceOfSatisfying(ApiException.class, gone -> assertThat(gone.status()).isEqualTo(404));
    }
}
