package io.bessemer.conductor.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.PowerSyncSettings;
import io.bessemer.conductor.simulation.MemoryStores;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodePower;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Power sync of many nodes at once, as it runs in a server.
class PowerSyncTest {
    private static final int NODES = 300;
    private static final int SILENT = 60;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final MemoryStores stores = new MemoryStores(Clock.systemUTC(), (_, _) -> {}, () -> {});
    private final Rack rack = new Rack();
    private final CountedNodes nodes = new CountedNodes();
    private PowerSync sync = sync(Duration.ofMillis(400));

    private PowerSync sync(Duration interval) {
        return new PowerSync(nodes, stores.all().flows(), Map.of("rack", rack), new PowerSyncSettings(interval, true, 16, 3), "conductor-1", Clock.systemUTC());
    }

    @AfterEach
    void close() {
        sync.close();
        rack.hung.countDown();
    }

    @Test
    void BMCs_that_never_answer_delay_no_other_and_are_told_of() throws Exception {
        enroll(NODES);
        for (int i = 0; i < SILENT; i++) {
            rack.silent.add(id(i));
        }
        sync.start();
        await(() -> rack.asked.size() == NODES);
        for (int round = 0; round < 3; round++) {
            rack.asked.clear();
            await(() -> rack.asked.size() == NODES - SILENT);
        }
        await(() -> sync.figures().behind() == SILENT);
        assertThat(sync.figures().nodes()).isEqualTo(NODES);
        assertThat(sync.figures().oldest()).isGreaterThan(Duration.ofMillis(800));
        assertThat(rack.asked).as("those are still being waited for, once each").doesNotContainKeys(id(0), id(SILENT - 1));
    }

    @Test
    void machines_that_are_as_they_should_be_cost_the_database_a_query_per_page_and_none_per_node() throws Exception {
        enroll(NODES);
        sync = sync(Duration.ofMinutes(10)); // rounds are made by hand here
        sync.round();
        int found = nodes.finds.get();
        assertThat(found).as("how to reach each BMC is read once").isEqualTo(NODES);
        sync.round();
        sync.round();
        assertThat(nodes.finds.get()).isEqualTo(found);
        assertThat(nodes.pages.get()).isEqualTo(3);
        assertThat(sync.figures().readings()).isEqualTo(3 * NODES);
    }

    @Test
    void a_machine_that_differs_is_repaired_and_only_its_node_is_read() throws Exception {
        enroll(NODES);
        sync = sync(Duration.ofMinutes(10));
        sync.round();
        int found = nodes.finds.get();
        rack.on.add(id(7));
        sync.round();
        assertThat(rack.on).doesNotContain(id(7));
        assertThat(nodes.finds.get()).isEqualTo(found + 1);
        assertThat(stores.all().nodes().history(id(7)).getFirst().event()).isEqualTo("repaired: the machine is 'power on' and should be 'power off'");
        sync.round();
        assertThat(nodes.finds.get()).as("what was stored is known").isEqualTo(found + 1);
    }

    @Test
    void a_node_that_was_changed_while_its_BMC_was_asked_is_left_as_it_is() throws Exception {
        enroll(1);
        sync = sync(Duration.ofMinutes(10));
        sync.round();
        // a client turns it on between the reading and what would follow from it
        rack.on.add(id(0));
        rack.afterReading = () -> {
            Node before = stores.all().nodes().find(id(0)).orElseThrow();
            stores.all().nodes().commit(new Change(before, before.toBuilder().powerState(PowerState.ON).build(), List.of(), List.of(), new FlowUpdate.None()));
        };
        sync.round();
        assertThat(rack.on).as("not turned off by an old reading").contains(id(0));
        assertThat(stores.all().nodes().history(id(0))).isEmpty();
    }

    @Test
    void a_BMC_that_fails_is_a_fault_after_three_readings_and_recovers() throws Exception {
        enroll(3);
        sync = sync(Duration.ofMinutes(10));
        rack.broken.add(id(1));
        sync.round();
        sync.round();
        assertThat(node(1).fault()).isNull();
        sync.round();
        assertThat(node(1).fault()).isEqualTo(Fault.POWER_FAILURE);
        assertThat(node(1).maintenance()).isTrue();
        assertThat(node(1).powerState()).isEqualTo(PowerState.ERROR);
        rack.broken.clear();
        sync.round();
        assertThat(node(1).fault()).isNull();
        assertThat(node(1).maintenance()).isFalse();
        assertThat(node(1).powerState()).isEqualTo(PowerState.OFF);
        assertThat(sync.figures().failures()).isEqualTo(3);
    }

    @Test
    void nodes_that_come_and_go_are_looked_after_while_they_are_there() throws Exception {
        enroll(2);
        sync.start();
        await(() -> rack.asked.containsKey(id(1)));
        enroll(id(2));
        stores.all().nodes().delete(id(0));
        await(() -> rack.asked.containsKey(id(2)) && sync.figures().nodes() == 2);
        rack.asked.clear();
        await(() -> rack.asked.keySet().containsAll(Set.of(id(1), id(2))));
        assertThat(rack.asked).doesNotContainKey(id(0));
    }

    private Node node(int number) {
        return stores.all().nodes().find(id(number)).orElseThrow();
    }

    private void enroll(int count) {
        for (int i = 0; i < count; i++) {
            enroll(id(i));
        }
    }

    private void enroll(NodeId id) {
        stores.all().nodes().create(Node.builder(id, "rack").provisionState(ProvisionState.AVAILABLE).powerState(PowerState.OFF).build());
    }

    private static NodeId id(int number) {
        return new NodeId(new UUID(1, number));
    }

    private static void await(Callable<Boolean> state) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!state.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /// The stores' nodes, with each query counted.
    private final class CountedNodes implements NodeStore {
        final AtomicInteger finds = new AtomicInteger();
        final AtomicInteger pages = new AtomicInteger();

        @Override
        public Node create(Node node) {
            return stores.all().nodes().create(node);
        }

        @Override
        public Optional<Node> find(NodeId id) {
            finds.incrementAndGet();
            return stores.all().nodes().find(id);
        }

        @Override
        public Optional<Node> findByName(String name) {
            return stores.all().nodes().findByName(name);
        }

        @Override
        public Optional<Node> findByInstance(UUID instance) {
            return stores.all().nodes().findByInstance(instance);
        }

        @Override
        public List<Node> list(NodeQuery query) {
            throw new AssertionError("every column of many nodes");
        }

        @Override
        public List<NodePower> listPower(NodeQuery query) {
            pages.incrementAndGet();
            return stores.all().nodes().listPower(query);
        }

        @Override
        public CommitResult commit(Change change) {
            return stores.all().nodes().commit(change);
        }

        @Override
        public boolean delete(NodeId id) {
            return stores.all().nodes().delete(id);
        }

        @Override
        public List<ShardSize> shards() {
            return stores.all().nodes().shards();
        }

        @Override
        public List<HistoryEntry> history(NodeId id) {
            return stores.all().nodes().history(id);
        }

        @Override
        public Optional<Inventory> inventory(NodeId id) {
            return stores.all().nodes().inventory(id);
        }

        @Override
        public void saveInventory(NodeId id, Inventory inventory) {
            stores.all().nodes().saveInventory(id, inventory);
        }
    }

    /// Machines whose BMCs answer at once, with an error, or never.
    private static final class Rack implements HardwareType, PowerInterface, ManagementInterface {
        final Set<NodeId> on = ConcurrentHashMap.newKeySet();
        final Set<NodeId> silent = ConcurrentHashMap.newKeySet();
        final Set<NodeId> broken = ConcurrentHashMap.newKeySet();
        final Map<NodeId, Boolean> asked = new ConcurrentHashMap<>();
        final CountDownLatch hung = new CountDownLatch(1);
        volatile Runnable afterReading = () -> {};

        @Override
        public PowerState state(DriverNode node) throws DriverException {
            asked.put(node.id(), true);
            if (silent.contains(node.id())) {
                try {
                    hung.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (silent.contains(node.id()) || broken.contains(node.id())) {
                throw new DriverException(DriverException.Kind.UNREACHABLE, "no answer");
            }
            PowerState state = on.contains(node.id()) ? PowerState.ON : PowerState.OFF;
            afterReading.run();
            return state;
        }

        @Override
        public void apply(DriverNode node, PowerAction action) {
            assertThat(action).isEqualTo(PowerAction.OFF);
            on.remove(node.id());
        }

        @Override
        public String name() {
            return "rack";
        }

        @Override
        public Map<String, List<String>> interfaces() {
            return Map.of();
        }

        @Override
        public Map<String, String> properties() {
            return Map.of();
        }

        @Override
        public void validate(DriverNode node) {
        }

        @Override
        public PowerInterface power() {
            return this;
        }

        @Override
        public ManagementInterface management() {
            return this;
        }

        @Override
        public Set<BootDevice> supportedBootDevices(DriverNode node) {
            return Set.of();
        }

        @Override
        public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) {
            throw new AssertionError();
        }

        @Override
        public BootDeviceSetting bootDevice(DriverNode node) {
            throw new AssertionError();
        }

        @Override
        public void injectNmi(DriverNode node) {
            throw new AssertionError();
        }

        @Override
        public void identify(DriverNode node, int seconds) {
            throw new AssertionError();
        }

        @Override
        public BmcIdentity identity(DriverNode node) {
            throw new AssertionError();
        }
    }
}
