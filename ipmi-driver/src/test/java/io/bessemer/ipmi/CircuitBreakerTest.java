package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A BMC that goes away and comes back, seen by a client who waits and by a poll that does not matter.
class CircuitBreakerTest {
    private static final IpmiSettings SETTINGS = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(50)).withRetries(1)
            .withBreaker(2, Duration.ofMinutes(1));

    @TempDir
    private Path directory;

    @Test
    void a_client_always_reaches_the_wire_and_a_poll_waits_until_the_pause_is_over_or_a_client_was_answered() throws Exception {
        try (IpmiSim simulator = IpmiSim.start(directory); IpmiHardwareType ipmi = new IpmiHardwareType(SETTINGS)) {
            DriverNode client = TestNodes.node(simulator.port());
            DriverNode poll = client.inBackground();
            ipmi.power().apply(client, PowerAction.OFF);

            simulator.close();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> ipmi.power().state(poll)).hasMessageContaining("did not answer");
            }
            assertThat(ipmi.counters().get(Event.CIRCUIT_OPENED)).isEqualTo(1);
            long sent = ipmi.counters().get(Event.SENT);
            assertThatThrownBy(() -> ipmi.power().state(poll)).hasMessageContaining("left alone for another 60 s");
            assertThat(ipmi.counters().get(Event.SENT)).isEqualTo(sent);
            assertThatThrownBy(() -> ipmi.power().state(client)).hasMessageContaining("it did not answer 4 packets");
            assertThat(ipmi.counters().get(Event.SENT)).isGreaterThan(sent);

            simulator.start();
            assertThatThrownBy(() -> ipmi.power().state(poll)).as("nobody has found out yet").hasMessageContaining("left alone");
            assertThat(ipmi.power().state(client)).isEqualTo(PowerState.OFF);
            assertThat(ipmi.power().state(poll)).as("the client's answer closed the circuit").isEqualTo(PowerState.OFF);
        }
    }
}
