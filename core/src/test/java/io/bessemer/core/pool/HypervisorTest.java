package io.bessemer.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HypervisorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final HostProfile PROFILE = new HostProfile("kvm", null, "debian", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(),
            List.of(HostCheck.CPU), null, HostProfile.Deadlines.DEFAULT, 3, NOW, null);
    private static final HostPool POOL = new HostPool("p1", null, "az1", "kvm", HostPool.Selector.ANY, 1, HostPool.Limits.DEFAULT, null, 1, NOW, null);

    private final Hypervisor chosen = Hypervisor.chosen(NodeId.random(), POOL, PROFILE, NOW);

    @Test
    void every_state_that_waits_has_a_deadline_and_the_two_that_do_not_have_none() {
        for (var row : HypervisorLifecycle.TABLE) {
            Hypervisor before = chosen.toBuilder().state(row.from(), null, NOW, null).build();
            Hypervisor after = before.moved(row.event(), "because", PROFILE, NOW.plusSeconds(1));
            boolean rests = row.to() == HypervisorState.ENABLED || row.to() == HypervisorState.QUARANTINED;
            assertThat(after.deadline() == null).as("%s by %s", row.from(), row.event()).isEqualTo(rests);
            assertThat(after.state()).isEqualTo(row.to());
            assertThat(after.stateSince()).isEqualTo(NOW.plusSeconds(1));
            assertThat(after.reason()).isEqualTo("because");
        }
    }

    @Test
    void a_verification_gets_a_number_of_its_own() {
        Hypervisor verifying = chosen.moved(HypervisorEvent.DEPLOYED, null, PROFILE, NOW).moved(HypervisorEvent.JOINED, null, PROFILE, NOW);
        Hypervisor again = verifying.moved(HypervisorEvent.FAIL, "cpu", PROFILE, NOW).moved(HypervisorEvent.VERIFY, null, PROFILE, NOW);

        assertThat(verifying.verification()).isEqualTo(1);
        assertThat(again.verification()).isEqualTo(2);
        assertThat(again.deadline()).isEqualTo(NOW.plus(Duration.ofMinutes(20)));
    }

    @Test
    void one_that_is_imaged_again_forgets_the_host_that_it_was() {
        Hypervisor draining = chosen.toBuilder().state(HypervisorState.DRAINING, null, NOW, NOW).reimage(true).attempt(4).joinToken("hash", NOW).joinKeyHash("key")
                .certificate("ab", NOW).address("192.0.2.7").facts(Map.of("os", "x")).verification(7, List.of()).reportedAt(NOW).build();

        Hypervisor anew = draining.moved(HypervisorEvent.EMPTIED, null, PROFILE, NOW);

        assertThat(anew).isEqualTo(new Hypervisor(chosen.node(), "p1", "az1", HypervisorState.DEPLOYING, null, NOW, NOW.plus(Duration.ofMinutes(60)),
                new Hypervisor.Imaged("kvm", 3, HypervisorKind.KVM, null), false, 0,
                null, null, null, null, null, null, Map.of(), null, List.of(), 7, List.of(), null, 0, NOW, null));
    }

    @Test
    void a_move_that_the_table_does_not_have_is_refused_with_those_it_has() {
        assertThatThrownBy(() -> chosen.moved(HypervisorEvent.DRAIN, null, PROFILE, NOW)).isInstanceOf(Failure.InvalidState.class)
                .hasMessageContaining("\"drain\"").hasMessageContaining("\"deploying\"").hasMessageEndingWith("Possible now: [remove].");
    }
}
