package io.bessemer.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FakeHardwareTypeTest {
    private final HardwareType fake = new FakeHardwareType();

    @Test
    void both_types_are_found_as_a_vendors_would_be() {
        assertThat(ServiceLoader.load(HardwareType.class)).extracting(HardwareType::name).contains("fake-hardware", "manual-management");
    }

    @Test
    void a_machine_is_as_it_was_told_last_and_after_a_restart_as_its_node_says() throws Exception {
        DriverNode node = node(PowerState.OFF);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.OFF);
        fake.power().apply(node, PowerAction.ON);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.ON);
        fake.power().apply(node, PowerAction.SOFT_OFF);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(new FakeHardwareType().power().state(node(PowerState.ON))).as("after a restart").isEqualTo(PowerState.ON);
        assertThat(new FakeHardwareType().power().state(node(null))).as("nobody looked yet").isEqualTo(PowerState.OFF);
    }

    @Test
    void a_delay_lies_between_its_ends_and_is_short_rather_than_long() {
        FakeDelays.Range range = new FakeDelays.Range(Duration.ofSeconds(2), Duration.ofSeconds(6));
        assertThat(range.any(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(range.any(0.5)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3500));
        assertThat(range.any(1)).isEqualTo(Duration.ofSeconds(6));
        assertThat(new FakeHardwareType(new FakeDelays(Map.of("deploy", new FakeDelays.Range(Duration.ofSeconds(1), Duration.ofSeconds(1))))).pretends("deploy"))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(fake.pretends("deploy")).isZero();
        assertThatThrownBy(() -> new FakeDelays.Range(Duration.ofSeconds(2), Duration.ofSeconds(1))).hasMessageContaining("the longer one last");
    }

    private static DriverNode node(PowerState known) {
        return new DriverNode(NodeId.of("00000000-0000-0000-0000-000000000001"), "n", Map.of(), Map.of(), known, false);
    }
}
