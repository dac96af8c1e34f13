package io.bessemer.conductor.power;

import io.bessemer.conductor.PowerSyncSettings;
import io.bessemer.conductor.flow.LearnPower;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodePower;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks every BMC for its machine's power now and then, and repairs or notes what differs. It holds no lock and gives way to
/// whoever changes the node: a change it works out from an old reading is not stored.
///
/// Each node has its own time, so a BMC that is slow or dead delays no other. What is stored of all nodes is read once per interval, in pages of a few columns;
/// a machine that is as it should be costs the database nothing more. Only a difference makes the node be read, before anything is done about it.
public final class PowerSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PowerSync.class);
    private static final String POWER = "power";
    /// A BMC that has not answered by now is a slow one, and another may be asked in its place.
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /// how often the loop sees whether it is closed
    private static final Duration WAKE = Duration.ofSeconds(1);

    private final NodeStore nodes;
    private final FlowStore flows;
    private final Map<String, HardwareType> drivers;
    private final PowerSyncSettings settings;
    private final String conductor;
    private final Clock clock;
    private final Map<NodeId, Watched> watched = new ConcurrentHashMap<>();
    private final DelayQueue<Watched> due = new DelayQueue<>();
    private final LongAdder readings = new LongAdder();
    private final LongAdder failedReadings = new LongAdder();
    private final LongAdder differences = new LongAdder();
    private volatile boolean closed;

    public PowerSync(NodeStore nodes, FlowStore flows, Map<String, HardwareType> drivers, PowerSyncSettings settings, String conductor, Clock clock) {
        this.nodes = nodes;
        this.flows = flows;
        this.drivers = drivers;
        this.settings = settings;
        this.conductor = conductor;
        this.clock = clock;
    }

    /// How power sync keeps up.
    ///
    /// @param nodes       that it looks after
    /// @param behind      of them, those whose machine was not read within two intervals: their BMC is dead, or there is more to ask than time
    /// @param oldest      age of the oldest reading, or since when a machine that was never read has been looked after
    /// @param readings    power states read since the start
    /// @param failures    BMCs that did not answer, or not sensibly, since the start
    /// @param differences machines that were not as stored, or of which something was learned, since the start
    public record Figures(int nodes, int behind, Duration oldest, long readings, long failures, long differences) {}

    public Figures figures() {
        long now = System.nanoTime();
        long limit = settings.interval().multipliedBy(2).toNanos();
        int behind = 0;
        long oldest = 0;
        for (Watched node : watched.values()) {
            long age = now - node.readAt;
            behind += age > limit ? 1 : 0;
            oldest = Math.max(oldest, age);
        }
        return new Figures(watched.size(), behind, Duration.ofNanos(oldest), readings.sum(), failedReadings.sum(), differences.sum());
    }

    /// A node that is looked after. Whoever took it from the queue, and no other, works with it until it is put back.
    private static final class Watched implements Delayed {
        final NodeId id;
        /// what is stored, as far as we know
        volatile NodePower stored;
        /// how to reach the BMC, and what was learned of it, both of `accessVersion`; null before they were needed
        DriverNode access;
        long accessVersion;
        int failures;
        volatile long dueAt;
        volatile long readAt = System.nanoTime();

        Watched(NodePower stored) {
            this.id = stored.id();
            this.stored = stored;
        }

        void learn(Node node) {
            stored = NodePower.of(node);
            access = DriverNode.of(node).inBackground();
            accessVersion = node.version();
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.signum(dueAt - ((Watched) other).dueAt);
        }
    }

    public void start() {
        if (settings.interval().isPositive()) {
            Thread.ofVirtual().name("power-sync").start(this::loop);
        }
    }

    /// Begins nothing more. Nobody is interrupted: an interrupt that meets H2 at its file closes the database.
    @Override
    public void close() {
        closed = true;
    }

    private void loop() {
        Places places = new Places(settings.parallel(), PATIENCE);
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("power-sync-", 0).factory());
        long scan = System.nanoTime();
        try {
            while (!closed) {
                if (System.nanoTime() - scan >= 0) {
                    scan = System.nanoTime() + settings.interval().toNanos();
                    scan();
                }
                Watched next = due.poll(Math.min(scan - System.nanoTime(), WAKE.toNanos()), TimeUnit.NANOSECONDS);
                if (next != null) {
                    Runnable giveBack = places.take();
                    threads.execute(() -> {
                        try {
                            look(next);
                        } finally {
                            giveBack.run();
                            again(next);
                        }
                    });
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdown();
        }
    }

    /// Puts a node back into the queue, unless it is gone. Times are spread a little, so that nodes that came together do not stay together.
    private void again(Watched node) {
        if (watched.get(node.id) == node) {
            node.dueAt = System.nanoTime() + (long) (settings.interval().toNanos() * (0.95 + 0.1 * ThreadLocalRandom.current().nextDouble()));
            due.add(node);
        }
    }

    private void scan() {
        try {
            for (Watched fresh : readStored()) {
                fresh.dueAt = System.nanoTime() + (long) (settings.interval().toNanos() * ThreadLocalRandom.current().nextDouble());
                due.add(fresh);
            }
        } catch (RuntimeException e) {
            LOG.warn("Power sync cannot read what is stored; it tries again in {}", settings.interval(), e);
        }
        Figures figures = figures();
        if (figures.behind > 0) {
            LOG.info("Power sync is behind: nodes={} behind={} oldest={}", figures.nodes, figures.behind, figures.oldest.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /// Reads what is stored of every node, and forgets those that are gone or no concern of ours any more.
    ///
    /// @return those that were not looked after before
    private List<Watched> readStored() {
        List<Watched> fresh = new ArrayList<>();
        Set<NodeId> seen = new HashSet<>();
        nodes.forEachPower(stored -> {
            if (!concerns(stored) || !drivers.containsKey(stored.driver())) {
                return;
            }
            seen.add(stored.id());
            Watched known = watched.get(stored.id());
            if (known == null) {
                fresh.add(new Watched(stored));
            } else if (known.stored.version() < stored.version()) {
                known.stored = stored;
            }
        });
        fresh.forEach(node -> watched.put(node.id, node));
        watched.keySet().retainAll(seen);
        due.removeIf(node -> watched.get(node.id) != node);
        return fresh;
    }

    /// Reads what is stored, and looks at every node once, now.
    public void round() throws InterruptedException {
        readStored();
        Places places = new Places(settings.parallel(), PATIENCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Watched node : watched.values()) {
                Runnable giveBack = places.take();
                threads.execute(() -> {
                    try {
                        look(node);
                    } finally {
                        giveBack.run();
                    }
                });
            }
        }
    }

    private static boolean concerns(NodePower node) {
        boolean recovers = node.fault() == Fault.POWER_FAILURE;
        return (!node.maintenance() || recovers) && node.provisionState() != ProvisionState.ENROLL && !StateClasses.BUSY.contains(node.provisionState());
    }

    /// Reads one machine's power and acts on the difference.
    private void look(Watched node) {
        try {
            read(node);
        } catch (RuntimeException e) {
            LOG.warn("Power sync of a node broke off: node={}", node.id, e);
        }
    }

    private void read(Watched node) {
        if (closed) {
            return;
        }
        if (node.access == null || node.accessVersion != node.stored.version()) {
            Optional<Node> found = nodes.find(node.id);
            if (found.isEmpty()) {
                return;
            }
            node.learn(found.get());
        }
        NodePower stored = node.stored;
        HardwareType driver = drivers.get(stored.driver());
        if (driver == null || !concerns(stored)) {
            return;
        }
        PowerState actual;
        try {
            actual = driver.power().state(node.access);
        } catch (DriverException e) {
            failedReadings.increment();
            unchanged(node).ifPresent(fresh -> failed(node, fresh, e.getMessage()));
            return;
        }
        readings.increment();
        node.readAt = System.nanoTime();
        Map<String, Object> told = told(driver, node.id);
        if (stored.fault() != Fault.POWER_FAILURE && actual == stored.power() && known(told, node.access.learned())) {
            node.failures = 0;
            return;
        }
        differences.increment();
        unchanged(node).ifPresent(fresh -> settle(node, fresh, actual, told, driver));
    }

    /// The node as it is stored now, if it is the one whose BMC was asked, and nobody is at work on it. One that changed meanwhile is left for its next turn:
    /// what was read of it may be older than the change.
    private Optional<Node> unchanged(Watched node) {
        if (closed) {
            return Optional.empty();
        }
        long asked = node.accessVersion;
        Optional<Node> found = nodes.find(node.id);
        found.ifPresent(node::learn);
        return found.filter(fresh -> fresh.version() == asked && flows.find(node.id).isEmpty());
    }

    private void settle(Watched watching, Node node, PowerState actual, Map<String, Object> told, HardwareType driver) {
        if (node.fault() == Fault.POWER_FAILURE) {
            recovered(watching, node, actual);
            return;
        }
        if (node.powerState() == null || actual == node.powerState()) {
            watching.failures = 0;
            if (!learned(watching, node, actual, told) && node.powerState() == null) {
                commit(watching, node, node.toBuilder().powerState(actual).build(),
                        HistoryEntry.info(node.id(), clock.instant(), conductor, POWER, "learned: " + actual.wire()));
            }
            return;
        }
        differs(watching, node, actual, driver);
    }

    /// What came with the power state: the hardware's health, null when the BMC does not say, and what else the driver found out.
    private static Map<String, Object> told(HardwareType driver, NodeId id) {
        Map<String, Object> told = new HashMap<>(driver.management().learned(id));
        told.put(LearnPower.HEALTH, driver.management().health(id).orElse(null));
        return told;
    }

    private static boolean known(Map<String, Object> told, Map<String, Object> stored) {
        return told.entrySet().stream().allMatch(fact -> Objects.equals(stored.get(fact.getKey()), fact.getValue()));
    }

    /// Notes what is new of what came with the power state.
    ///
    /// @return whether there was anything
    private boolean learned(Watched watching, Node node, PowerState actual, Map<String, Object> told) {
        Map<String, Object> before = node.driverInternalInfo();
        if (known(told, before)) {
            return false;
        }
        Node.Builder learned = node.toBuilder().powerState(actual);
        List<HistoryEntry> entries = new ArrayList<>();
        told.forEach((key, value) -> {
            Object old = before.get(key);
            if (Objects.equals(old, value)) {
                return;
            }
            LOG.info("Learned with a machine's power: node={} {}={} before={}", node.id(), key, value, old);
            learned.internal(key, value);
            String text = key.equals(LearnPower.HEALTH) ? "the hardware's health is '%s', was '%s'".formatted(value, old) : "%s is %s, was %s".formatted(key, value, old);
            entries.add(HistoryEntry.info(node.id(), clock.instant(), conductor, key.equals(LearnPower.HEALTH) ? "health" : "bmc", text));
        });
        commit(watching, node, learned.build(), entries);
        return true;
    }

    private void differs(Watched watching, Node node, PowerState actual, HardwareType driver) {
        String what = "the machine is '%s' and should be '%s'".formatted(actual.wire(), node.powerState().wire());
        boolean repair = settings.force() && node.powerState() != PowerState.ERROR && actual != PowerState.ERROR
                && !(node.disablePowerOff() && node.powerState() == PowerState.OFF);
        if (!repair) {
            commit(watching, node, node.toBuilder().powerState(actual).build(), HistoryEntry.info(node.id(), clock.instant(), conductor, POWER, "noted: " + what));
            return;
        }
        LOG.info("Repairing a machine's power: node={} actual={} wanted={}", node.id(), actual, node.powerState());
        try {
            driver.power().apply(DriverNode.of(node).inBackground(), node.powerState() == PowerState.ON ? PowerAction.ON : PowerAction.OFF);
            commit(watching, node, node, HistoryEntry.info(node.id(), clock.instant(), conductor, POWER, "repaired: " + what));
        } catch (DriverException e) {
            failed(watching, node, what + ", and cannot be repaired: " + e.getMessage());
        }
    }

    private void failed(Watched watching, Node node, String reason) {
        int count = ++watching.failures;
        LOG.info("Power sync failed: node={} failures={} reason={}", node.id(), count, reason);
        if (count < settings.maxFailures() || node.maintenance()) {
            return;
        }
        String text = "During power sync, max retries exceeded (%d): %s".formatted(count, reason);
        boolean stored = commit(watching, node, node.toBuilder().maintenance(true).maintenanceReason(text).fault(Fault.POWER_FAILURE).lastError(text).powerState(PowerState.ERROR)
                .build(), HistoryEntry.error(node.id(), clock.instant(), conductor, "maintenance", text));
        if (stored) {
            watching.failures = 0;
        }
    }

    private void recovered(Watched watching, Node node, PowerState actual) {
        watching.failures = 0;
        commit(watching, node, node.toBuilder().maintenance(false).maintenanceReason(null).fault(null).lastError(null).powerState(actual).build(),
                HistoryEntry.info(node.id(), clock.instant(), conductor, "maintenance", "the BMC answers again: maintenance off, power is '" + actual.wire() + "'"));
    }

    private boolean commit(Watched watching, Node before, Node after, HistoryEntry entry) {
        return commit(watching, before, after, List.of(entry));
    }

    private boolean commit(Watched watching, Node before, Node after, List<HistoryEntry> entries) {
        if (nodes.commit(new Change(before, after, entries, List.of(), new FlowUpdate.None())) instanceof NodeStore.CommitResult.Applied(Node stored)) {
            watching.learn(stored);
            return true;
        }
        return false;
    }
}
