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
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks every BMC for its machine's power now and then, and repairs or notes what differs. It holds no lock and gives way to
/// whoever changes the node: a change it works out from an old reading is not stored.
public final class PowerSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PowerSync.class);
    private static final String POWER = "power";

    private final NodeStore nodes;
    private final FlowStore flows;
    private final Map<String, HardwareType> drivers;
    private final PowerSyncSettings settings;
    private final String conductor;
    private final Clock clock;
    private final Map<NodeId, Integer> failures = new ConcurrentHashMap<>();
    private volatile Thread loop;

    public PowerSync(NodeStore nodes, FlowStore flows, Map<String, HardwareType> drivers, PowerSyncSettings settings, String conductor, Clock clock) {
        this.nodes = nodes;
        this.flows = flows;
        this.drivers = drivers;
        this.settings = settings;
        this.conductor = conductor;
        this.clock = clock;
    }

    public void start() {
        if (settings.interval().isPositive()) {
            loop = Thread.ofVirtual().name("power-sync").start(this::loop);
        }
    }

    @Override
    public void close() {
        Thread running = loop;
        if (running != null) {
            running.interrupt();
        }
    }

    private void loop() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(settings.interval());
                try {
                    round(settings.interval().dividedBy(4));
                } catch (RuntimeException e) {
                    LOG.warn("A round of power sync broke off; the next one is in {}", settings.interval(), e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at every node once.
    ///
    /// @param spread over which the questions are scattered at random
    public void round(Duration spread) throws InterruptedException {
        Semaphore permits = new Semaphore(settings.parallel());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Node node : nodes.list(NodeQuery.all())) {
                if (!concerns(node)) {
                    continue;
                }
                threads.submit(() -> {
                    long jitter = spread.toMillis();
                    Thread.sleep(jitter > 0 ? ThreadLocalRandom.current().nextLong(jitter) : 0);
                    permits.acquire();
                    try {
                        look(node.id());
                    } catch (RuntimeException e) {
                        LOG.warn("Power sync of a node broke off: node={}", node.id(), e);
                    } finally {
                        permits.release();
                    }
                    return node;
                });
            }
        }
    }

    private static boolean concerns(Node node) {
        boolean recovers = node.fault() == Fault.POWER_FAILURE;
        return (!node.maintenance() || recovers) && node.provisionState() != ProvisionState.ENROLL && !StateClasses.BUSY.contains(node.provisionState());
    }

    /// Reads one machine's power and acts on the difference.
    void look(NodeId id) {
        Optional<Node> found = nodes.find(id).filter(PowerSync::concerns);
        if (found.isEmpty() || flows.find(id).isPresent() || !drivers.containsKey(found.get().driver())) {
            return;
        }
        Node node = found.get();
        HardwareType driver = drivers.get(node.driver());
        PowerState actual;
        try {
            actual = driver.power().state(DriverNode.of(node).inBackground());
        } catch (DriverException e) {
            failed(node, e.getMessage());
            return;
        }
        if (node.fault() == Fault.POWER_FAILURE) {
            recovered(node, actual);
            return;
        }
        if (node.powerState() == null || actual == node.powerState()) {
            failures.remove(id);
            if (learned(node, actual, driver.management().health(id).orElse(null))) {
                return;
            }
            if (node.powerState() == null) {
                commit(node, node.toBuilder().powerState(actual).build(), HistoryEntry.info(id, clock.instant(), conductor, POWER, "learned: " + actual.wire()));
            }
            return;
        }
        differs(node, actual, driver);
    }

    /// Notes a change of the hardware's health, which came with the power state.
    ///
    /// @return whether there was one
    private boolean learned(Node node, PowerState actual, String health) {
        Object before = node.driverInternalInfo().get(LearnPower.HEALTH);
        if (Objects.equals(before, health)) {
            return false;
        }
        LOG.info("The health of a machine's hardware changed: node={} health={} before={}", node.id(), health, before);
        commit(node, node.toBuilder().powerState(actual).internal(LearnPower.HEALTH, health).build(),
                HistoryEntry.info(node.id(), clock.instant(), conductor, "health", "the hardware's health is '%s', was '%s'".formatted(health, before)));
        return true;
    }

    private void differs(Node node, PowerState actual, HardwareType driver) {
        String what = "the machine is '%s' and should be '%s'".formatted(actual.wire(), node.powerState().wire());
        boolean repair = settings.force() && node.powerState() != PowerState.ERROR && actual != PowerState.ERROR
                && !(node.disablePowerOff() && node.powerState() == PowerState.OFF);
        if (!repair) {
            commit(node, node.toBuilder().powerState(actual).build(), HistoryEntry.info(node.id(), clock.instant(), conductor, POWER, "noted: " + what));
            return;
        }
        boolean untouched = nodes.find(node.id()).filter(now -> now.version() == node.version()).isPresent() && flows.find(node.id()).isEmpty();
        if (!untouched) {
            return;
        }
        LOG.info("Repairing a machine's power: node={} actual={} wanted={}", node.id(), actual, node.powerState());
        try {
            driver.power().apply(DriverNode.of(node).inBackground(), node.powerState() == PowerState.ON ? PowerAction.ON : PowerAction.OFF);
            commit(node, node, HistoryEntry.info(node.id(), clock.instant(), conductor, POWER, "repaired: " + what));
        } catch (DriverException e) {
            failed(node, what + ", and cannot be repaired: " + e.getMessage());
        }
    }

    private void failed(Node node, String reason) {
        int count = failures.merge(node.id(), 1, Integer::sum);
        LOG.info("Power sync failed: node={} failures={} reason={}", node.id(), count, reason);
        if (count < settings.maxFailures() || node.maintenance()) {
            return;
        }
        String text = "During power sync, max retries exceeded (%d): %s".formatted(count, reason);
        boolean stored = commit(node, node.toBuilder().maintenance(true).maintenanceReason(text).fault(Fault.POWER_FAILURE).lastError(text).powerState(PowerState.ERROR)
                .build(), HistoryEntry.error(node.id(), clock.instant(), conductor, "maintenance", text));
        if (stored) {
            failures.remove(node.id());
        }
    }

    private void recovered(Node node, PowerState actual) {
        failures.remove(node.id());
        commit(node, node.toBuilder().maintenance(false).maintenanceReason(null).fault(null).lastError(null).powerState(actual).build(),
                HistoryEntry.info(node.id(), clock.instant(), conductor, "maintenance", "the BMC answers again: maintenance off, power is '" + actual.wire() + "'"));
    }

    private boolean commit(Node before, Node after, HistoryEntry entry) {
        return nodes.commit(new Change(before, after, List.of(entry), List.of(), new FlowUpdate.None())) instanceof NodeStore.CommitResult.Applied;
    }
}
