package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Lifetimes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Ten thousand node lifetimes in which everything goes wrong that can.
class FlowSimulationTest {
    private static final int NODES = 5;
    private static final int WORLDS = Integer.getInteger("worlds", 2_000);

    @Test
    void no_node_is_lost_stuck_or_written_twice_whatever_dies_when() {
        Long one = Long.getLong("seed");
        LongAdder crashes = new LongAdder();
        LongAdder hostBoots = new LongAdder();
        LongAdder attempts = new LongAdder();
        LongAdder firmware = new LongAdder();
        LongStream seeds = one == null ? LongStream.range(0, WORLDS).parallel() : LongStream.of(one);
        List<String> failures = seeds.mapToObj(seed -> {
            try {
                Lifetimes.Figures figures = Lifetimes.live(seed, NODES, one != null);
                crashes.add(figures.crashes());
                hostBoots.add(figures.hostBoots());
                attempts.add(figures.attempts());
                firmware.add(figures.firmware());
                return null;
            } catch (Throwable e) {
                return "seed %d: %s%n  replay: ./bessemer test FlowSimulationTest -Dseed=%d".formatted(seed, e, seed);
            }
        }).filter(Objects::nonNull).limit(5).toList();
        if (!failures.isEmpty()) {
            throw new AssertionError(String.join("\n", failures));
        }
        long lives = one == null ? (long) WORLDS * NODES : NODES;
        System.out.printf("%d lifetimes: %d flows, %d crashes of the process, %d hosts booted from disk, %d files of firmware written%n", lives, attempts.sum(), crashes.sum(), hostBoots.sum(), firmware.sum());
        assertThat(hostBoots.sum()).as("most lives must reach a booted host, or the simulation shows nothing").isGreaterThan(lives / 2);
        assertThat(firmware.sum()).as("firmware").isGreaterThan(one == null ? lives / 20 : -1);
        assertThat(crashes.sum()).as("crashes").isGreaterThan(one == null ? lives : 0);
    }
}
