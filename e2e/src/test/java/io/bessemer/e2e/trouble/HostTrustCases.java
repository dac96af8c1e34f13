package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import io.bessemer.lab.simulated.HostWire;
import io.bessemer.lab.simulated.SimulatedMachine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Who is no host, or not this one, gets nothing, and an operator hears of it.
abstract class HostTrustCases {
    private final PoolSite pools;

    HostTrustCases(PoolSite pools) {
        this.pools = pools;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoever_read_the_config_drive_after_the_host_joined_comes_too_late() throws Exception {
        SimulatedMachine machine = pools.one("reused", Map.of(), one -> one.faults().agentNeverJoins = true);
        pools.await(machine, "bootstrapping");
        JoinTicket ticket = machine.host().ticket().orElseThrow();
        HostWire wire = HostWire.anonymous(ticket);
        var first = Keys.generate();
        String certificate = wire.join(ticket.node(), ticket.token(), first, "h1").certificate();
        wire.join(ticket.node(), ticket.token(), first, "h1"); // its answer was lost, as far as anybody can tell
        assertRefused(401, () -> wire.join(ticket.node(), ticket.token(), Keys.generate(), "thief"), "The join token was used already, with another key",
                "if not, somebody else has read the config drive");
        HostWire.of(ticket, new HostWire.Member(first, certificate)).report(ticket.node(), report(), Duration.ZERO);
        assertRefused(401, () -> wire.join(ticket.node(), ticket.token(), Keys.generate(), "thief"), "Its join token was used already", "Deploy it anew");
        assertThat(pools.events(machine, "refused")).isNotEmpty().first().asString().contains("with another key");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void what_a_host_was_given_is_worth_nothing_once_it_is_imaged_again() throws Exception {
        SimulatedMachine machine = pools.one("stale", Map.of());
        pools.await(machine, "enabled");
        JoinTicket ticket = machine.host().ticket().orElseThrow();
        HostWire.Member before = machine.host().member().orElseThrow();
        machine.faults().agentNeverJoins = true;
        pools.rollout("stale", "reimage");
        pools.await(machine, "bootstrapping");
        assertThat(machine.host().ticket().orElseThrow().token()).isNotEqualTo(ticket.token());

        assertRefused(401, () -> HostWire.of(ticket, before).report(ticket.node(), report(), Duration.ZERO), "A certificate of deploy attempt ", "find and stop it");
        assertRefused(401, () -> HostWire.anonymous(ticket).join(ticket.node(), ticket.token(), before.keys(), "h1"), "The join token is not that of this deploy",
                "A machine that runs an older image, or another machine with a copy of its disk, sends it: find and stop it");
        assertThat(pools.events(machine, "refused")).as("told once a minute").hasSize(1).first().asString().contains("find and stop it");
        machine.faults().agentNeverJoins = false;
        machine.host().startAgent();
        pools.await(machine, "enabled");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_speaks_for_itself_alone() throws Exception {
        List<SimulatedMachine> two = pools.machines("others", 2);
        pools.pool("others", 2, Map.of(), Map.of("canary", false));
        pools.awaitEnabled("others", 2);
        JoinTicket one = two.getFirst().host().ticket().orElseThrow();
        JoinTicket other = two.getLast().host().ticket().orElseThrow();
        HostWire.Member member = two.getFirst().host().member().orElseThrow();

        assertRefused(403, () -> HostWire.of(one, member).report(other.node(), report(), Duration.ZERO), "The certificate is that of host " + one.node() + ", not of " + other.node());
        assertRefused(401, () -> HostWire.anonymous(one).report(one.node(), report(), Duration.ZERO), "This needs the certificate of host " + one.node());
        UUID unknown = UUID.randomUUID();
        assertRefused(401, () -> HostWire.anonymous(one).join(unknown, one.token(), Keys.generate(), "h1"), "is a member of no pool");
        assertThat(pools.states("others").values()).containsOnly("enabled");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void an_agent_that_is_killed_and_started_again_is_the_same_host() {
        SimulatedMachine machine = pools.one("agent", Map.of());
        String serial = pools.await(machine, "enabled").path("certificate_serial").asString("");
        machine.host().startGuest("g1", 1, 256);
        machine.host().killAgent();
        machine.host().startGuest("g2", 1, 256); // libvirt runs on
        machine.host().startAgent();

        pools.await(machine, "a host whose two guests are known", member -> member.path("guests").size() == 2);
        assertThat(pools.member(machine).path("certificate_serial").asString("")).isNotEmpty().isEqualTo(serial);
        assertThat(pools.state(machine)).isEqualTo("enabled");
        assertThat(machine.host().joins()).isEqualTo(1);
    }

    private interface Attempt {
        Object make() throws Exception;
    }

    private static void assertRefused(int status, Attempt attempt, String... words) {
        assertThatThrownBy(attempt::make).isInstanceOfSatisfying(HostWire.RefusedException.class, refused -> {
            assertThat(refused.status()).as(refused.getMessage()).isEqualTo(status);
            assertThat(refused.getMessage()).contains(words);
        });
    }

    private static Map<String, Object> report() {
        return Map.of("version", "1", "hostname", "h1", "time", "2026-01-01T00:00:00Z", "orders", "", "first_boot", Map.of("status", "done", "errors", List.of()),
                "facts", Map.of(), "guests", List.of(), "capacity", Map.of("vcpus", 1, "memory_mib", 1, "disk_gib", 1, "guests", 0, "vcpus_used", 0,
                        "memory_mib_used", 0, "disk_gib_used", 0));
    }
}
