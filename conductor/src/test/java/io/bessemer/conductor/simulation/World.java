package io.bessemer.conductor.simulation;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.node.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Time, chance, one conductor process that may die, and machines.
final class World {
    final SplittableRandom random;
    final MemoryStores stores;
    final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };
    final Map<NodeId, Machine> machines = new LinkedHashMap<>();
    final List<String> story = new ArrayList<>();
    /// whether the driver has any
    boolean virtualDrives;
    /// what BMCs say of their machines' hardware
    Map<String, Object> seenByBmc = Map.of();
    /// null: the driver has none
    BmcInterface bmc;
    Faults faults;
    int crashes;
    /// guests, from one host to another
    int moved;
    /// BMC calls that nobody waited for, and the others
    int backgroundCalls;
    int clientCalls;

    private final ConductorSettings settings;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    /// the queue of flows: it survives the process, as the database does
    private final Map<NodeId, Instant> executions = new LinkedHashMap<>();
    private final HardwareType hardware = new FakeHardware(this);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long sequence;
    /// null while the process is dead
    private Conductor process;
    private boolean inProcess;

    private record Event(Instant at, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    World(long seed, Faults faults) {
        this(seed, faults, ConductorSettings.defaults("conductor-1", new AgentUrl.WhereItBooted(6386)));
    }

    World(long seed, Faults faults, ConductorSettings settings) {
        this.random = new SplittableRandom(seed);
        this.faults = faults;
        this.settings = settings;
        this.stores = new MemoryStores(clock, this::schedule, this::mayCrash);
        boot();
    }

    Instant now() {
        return now;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    Duration between(int fromMillis, int toMillis) {
        return Duration.ofMillis(random.nextInt(fromMillis, toMillis));
    }

    void tell(String line) {
        story.add(Duration.between(Instant.parse("2026-01-01T00:00:00Z"), now).toMillis() / 1000.0 + " " + line);
    }

    void after(Duration delay, Runnable action) {
        events.add(new Event(now.plus(delay), sequence++, action));
    }

    /// Goes on until nothing is left to do, or until `end`.
    void runUntil(Instant end) {
        while (!events.isEmpty() && !events.peek().at.isAfter(end)) {
            Event event = events.poll();
            now = event.at.isAfter(now) ? event.at : now;
            event.action.run();
        }
        now = end.isAfter(now) ? end : now;
    }

    /// Calls the process as a client does; empty when it is dead, or dies under the call.
    <T> Optional<T> call(java.util.function.Function<Conductor, T> request) {
        if (process == null) {
            return Optional.empty();
        }
        boolean outer = inProcess;
        inProcess = true;
        try {
            return Optional.ofNullable(request.apply(process));
        } catch (Crash crash) {
            die();
            return Optional.empty();
        } finally {
            inProcess = outer;
        }
    }

    boolean alive() {
        return process != null;
    }

    private void mayCrash() {
        if (inProcess && chance(faults.crash())) {
            throw new Crash();
        }
    }

    private void die() {
        crashes++;
        process = null;
        tell("*** the process dies");
        after(between(1_000, 30_000), this::boot);
    }

    private void boot() {
        tell("*** the process starts");
        process = new Conductor(stores.all(), Map.of("fake", hardware), new FakeImages(), files -> files.get("openstack/latest/meta_data.json"), settings, clock, this::wake);
        // dead executions are revived, and the sweep finds flows without one
        stores.nodesWithFlow().forEach(node -> schedule(node, now));
    }

    /// From now on the process looks after its pools.
    void lookAfterPools() {
        call(conductor -> {
            conductor.reconciler().pass();
            return true;
        });
        after(between(2_000, 4_000), this::lookAfterPools);
    }

    private void wake(NodeId node) {
        if (stores.nodesWithFlow().contains(node)) {
            schedule(node, now);
        }
    }

    private void schedule(NodeId node, Instant at) {
        executions.put(node, at);
        events.add(new Event(at, sequence++, () -> execute(node, at)));
    }

    private void execute(NodeId node, Instant at) {
        if (process == null || !at.equals(executions.get(node))) {
            return;
        }
        executions.remove(node);
        boolean[] done = {false};
        call(conductor -> {
            Optional<Instant> next = conductor.run(node);
            done[0] = true;
            if (next.isPresent() && !executions.containsKey(node)) {
                Instant when = next.get().isAfter(now) ? next.get() : now.plusMillis(1);
                schedule(node, when);
            }
            return true;
        });
    }

    /// when the node's flow runs next, empty when nothing will run it
    Optional<Instant> nextExecution(NodeId node) {
        return Optional.ofNullable(executions.get(node));
    }
}
