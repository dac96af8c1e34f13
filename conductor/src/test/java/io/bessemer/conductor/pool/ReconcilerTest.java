package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static io.bessemer.conductor.pool.Hosts.bootstrapping;
import static io.bessemer.conductor.pool.Hosts.deployed;
import static io.bessemer.conductor.pool.Hosts.enabled;
import static io.bessemer.conductor.pool.Hosts.pool;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final HostPool WIDE = pool(6).toBuilder().limits(new HostPool.Limits(6, 3, false)).build();

    /// A pass may take seconds between its look at the first member and its look at the last pool.
    @Test
    void limits_that_were_set_before_a_rollout_hold_for_it_though_both_came_during_a_pass(@TempDir Path directory) {
        try (Database database = Database.open(DatabaseSettings.embedded(), directory, CLOCK)) {
            database.pools().create(new AvailabilityZone("az1", null, NOW, null));
            database.pools().create(PROFILE);
            database.pools().create(WIDE);
            IntStream.rangeClosed(1, 6).forEach(number -> {
                database.nodes().create(deployed(number).build());
                database.hypervisors().create(number == 1 ? joined() : enabled(number, WIDE), List.of());
            });
            HostBell client = _ -> { // rung as the first goes on to its checks
                if (database.pools().pool("p1").orElseThrow().limits().maxChanging() == 6) {
                    assertThat(database.pools().update(database.pools().pool("p1").orElseThrow().toBuilder().limits(new HostPool.Limits(2, 3, false)).build())).isPresent();
                    database.hypervisors().ofPool("p1").forEach(one ->
                            assertThat(database.hypervisors().commit(one.toBuilder().reimage(true).build(), List.of())).isPresent());
                }
            };
            var hosts = new HostService(database.pools(), database.hypervisors(), database.nodes(), database.timeline(),
                    new CertificateAuthority(database.authority(), CLOCK), Map.of(), () -> {}, CLOCK, HostSettings.defaults());
            new Reconciler(database.pools(), database.hypervisors(), database.nodes(), null, hosts.orders(), Map.of(), Runnable::run, () -> {}, client, CLOCK).pass();

            assertThat(database.pools().pool("p1").orElseThrow().limits().maxChanging()).as("the client was there").isEqualTo(2);
            assertThat(database.hypervisors().ofPool("p1").stream().filter(one -> one.state() != HypervisorState.ENABLED)).as("changing at once").hasSize(2);
        }
    }

    private static Hypervisor joined() {
        return bootstrapping(1, WIDE).toBuilder().certificate("ab", NOW.plusSeconds(9)).reportedAt(NOW).build();
    }
}
