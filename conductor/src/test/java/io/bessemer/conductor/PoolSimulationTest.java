package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.PoolLifetimes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Whole lives of pools in which everything goes wrong that can.
class PoolSimulationTest {
    private static final int MACHINES = 6;
    private static final int WORLDS = Integer.getInteger("worlds", 150);

    @Test
    void pools_come_to_their_size_and_no_member_is_stuck_whatever_dies_when() {
        Long one = Long.getLong("seed");
        LongAdder crashes = new LongAdder();
        LongAdder enabled = new LongAdder();
        LongAdder quarantined = new LongAdder();
        LongAdder halts = new LongAdder();
        LongAdder moved = new LongAdder();
        LongAdder drained = new LongAdder();
        LongStream seeds = one == null ? LongStream.range(0, WORLDS).parallel() : LongStream.of(one);
        List<String> failures = seeds.mapToObj(seed -> {
            try {
                PoolLifetimes.Figures figures = PoolLifetimes.live(seed, MACHINES, one != null);
                crashes.add(figures.crashes());
                enabled.add(figures.enabled());
                quarantined.add(figures.quarantined());
                halts.add(figures.halts());
                moved.add(figures.moved());
                drained.add(figures.drained());
                return null;
            } catch (Throwable e) {
                return "seed %d: %s%n  replay: ./bessemer test PoolSimulationTest -Dseed=%d".formatted(seed, e, seed);
            }
        }).filter(Objects::nonNull).limit(5).toList();
        if (!failures.isEmpty()) {
            throw new AssertionError(String.join("\n", failures));
        }
        System.out.printf("%d worlds of two pools: %d crashes of the process, %d hosts enabled, %d put into quarantine, %d halted pools resumed, %d guests moved, %d hosts drained empty%n",
                one == null ? WORLDS : 1, crashes.sum(), enabled.sum(), quarantined.sum(), halts.sum(), moved.sum(), drained.sum());
        if (one == null) {
            assertThat(crashes.sum()).as("crashes").isGreaterThan(WORLDS);
            assertThat(enabled.sum()).as("hosts enabled").isGreaterThan(5L * WORLDS);
            assertThat(quarantined.sum()).as("hosts put into quarantine").isGreaterThan(WORLDS);
            assertThat(moved.sum()).as("guests moved to another host").isGreaterThan(WORLDS);
            assertThat(drained.sum()).as("hosts that were drained").isGreaterThan(WORLDS);
        }
    }
}
