package io.bessemer.conductor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.conductor.simulation.FakeImages;
import io.bessemer.conductor.simulation.OneMachine;
import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The engine on the product's own database and queue.
class DbSchedulerQueueTest {
    private final Clock clock = Clock.systemUTC();
    private final NodeId id = NodeId.random();
    private final OneMachine machine = new OneMachine();

    @TempDir
    Path data;

    @Test
    void flows_run_wait_and_end_on_the_real_queue_and_go_on_in_the_next_process() throws Exception {
        try (Process first = new Process("first")) {
            first.conductor.nodeService().create(Node.builder(id, "fake").driverInfo(Map.of("address", "192.0.2.1")).build());
            first.conductor.nodeService().provision(id, LifecycleEvent.MANAGE, ProvisionRequest.plain());
            first.await(node -> node.provisionState() == ProvisionState.MANAGEABLE);
            assertThat(first.database.nodes().history(id)).extracting("event").contains("enroll → verifying (manage)", "verifying → manageable (done)");

            first.conductor.nodeService().setPower(id, PowerTarget.ON, Optional.empty());
            first.await(node -> node.powerState() == PowerState.ON && node.targetPowerState() == null && node.reservation() == null);

            machine.stuck = true; // takes the order, and does not obey before the next process is there
            first.conductor.nodeService().setPower(id, PowerTarget.OFF, Optional.empty());
            first.awaitFlow();
        }
        machine.stuck = false;
        try (Process second = new Process("second")) {
            second.await(node -> node.powerState() == PowerState.OFF && node.targetPowerState() == null);
            assertThat(second.database.flows().list()).isEmpty();
        }
    }

    @Test
    void a_restarted_conductor_takes_up_what_its_killed_process_had_in_hand() throws Exception {
        try (Process first = new Process("conductor")) {
            first.conductor.nodeService().create(Node.builder(id, "fake").driverInfo(Map.of("address", "192.0.2.1")).build());
            machine.stuck = true;
            first.conductor.nodeService().setPower(id, PowerTarget.ON, Optional.empty());
            first.awaitFlow();
        }
        machine.stuck = false;
        try (Database database = Database.open(DatabaseSettings.embedded(), data, clock);
                Connection connection = database.dataSource().getConnection();
                PreparedStatement pick = connection.prepareStatement("""
                        UPDATE scheduled_tasks
                           SET picked = TRUE, picked_by = 'conductor', last_heartbeat = ?, execution_time = ?
                         WHERE task_name = 'flow'
                        """)) {
            LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
            pick.setObject(1, now.plusHours(1)); // so that no missed heartbeat frees it
            pick.setObject(2, now);
            assertThat(pick.executeUpdate()).isEqualTo(1);
        }
        try (Process second = new Process("conductor")) {
            second.await(node -> node.powerState() == PowerState.ON && node.targetPowerState() == null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MANAGE,  ENROLL,     VERIFYING,  ENROLL",
        "INSPECT, MANAGEABLE, INSPECTING, INSPECT_FAILED",
        "PROVIDE, MANAGEABLE, CLEANING,   CLEAN_FAILED",
        "DEPLOY,  AVAILABLE,  DEPLOYING,  DEPLOY_FAILED",
        "DELETE,  ACTIVE,     DELETING,   ERROR"})
    void what_works_at_a_dead_BMC_is_aborted_at_once_and_its_thread_set_free(LifecycleEvent verb, ProvisionState from, ProvisionState during,
            ProvisionState after) throws Exception {
        try (Process process = new Process("conductor")) {
            process.database.nodes().create(Node.builder(id, "fake").provisionState(from).powerState(PowerState.ON)
                    .instanceInfo(Map.of("image_source", "tiny")).build());
            machine.dead = true;
            process.conductor.nodeService().provision(id, verb, ProvisionRequest.plain());
            process.await(node -> machine.waiting() == 1);
            assertThat(process.node().provisionState()).isEqualTo(during);

            machine.dead = false; // for the next call: this one hangs on unless it is stopped
            long begin = System.nanoTime();
            process.conductor.nodeService().provision(id, LifecycleEvent.ABORT, ProvisionRequest.plain());
            assertThat(process.node().provisionState()).isEqualTo(after);
            assertThat(process.node().lastError()).isEqualTo("Aborted in '%s' by request.".formatted(during.wire()));
            process.await(node -> machine.waiting() == 0 && process.database.flows().find(id).isEmpty() && node.reservation() == null);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            boolean looksOnly = from == ProvisionState.ENROLL || from == ProvisionState.ACTIVE;
            assertThat(process.node().powerState()).as("a flow that may have started the machine leaves it off").isEqualTo(looksOnly ? PowerState.ON : PowerState.OFF);
        }
    }

    @Test
    void a_node_that_is_deleted_while_its_dead_BMC_is_asked_sets_the_thread_free() throws Exception {
        try (Process process = new Process("conductor")) {
            process.database.nodes().create(Node.builder(id, "fake").build());
            machine.dead = true;
            process.conductor.nodeService().provision(id, LifecycleEvent.MANAGE, ProvisionRequest.plain());
            process.await(node -> machine.waiting() == 1);
            process.conductor.nodeService().setMaintenance(id, true, "the BMC is dead");
            long begin = System.nanoTime();
            process.conductor.nodeService().delete(id);
            while (machine.waiting() > 0) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
                Thread.sleep(10);
            }
            assertThat(process.database.nodes().find(id)).as("the database was not closed by the interrupt").isEmpty();
        }
    }

    @Test
    void an_allocation_that_a_killed_process_left_gets_its_node_from_the_next_one() throws Exception {
        UUID wish = UUID.randomUUID();
        try (Database killed = Database.open(DatabaseSettings.embedded(), data, clock)) {
            killed.nodes().create(Node.builder(id, "fake").resourceClass("bm").provisionState(ProvisionState.AVAILABLE).powerState(PowerState.OFF).build());
            killed.allocations().create(Allocation.draft(wish, clock.instant()).withResourceClass("bm"));
        }
        try (Process process = new Process("conductor")) {
            process.await(node -> wish.equals(node.instanceUuid()));
            assertThat(process.database.allocations().find(wish).orElseThrow().state()).isEqualTo(AllocationState.ACTIVE);
        }
    }

    private final class Process implements AutoCloseable {
        final Database database = Database.open(DatabaseSettings.embedded(), data, clock);
        final Conductor conductor;

        Process(String name) {
            DbSchedulerQueue queue = new DbSchedulerQueue(database.dataSource(), name, clock, Duration.ofSeconds(2), Duration.ofSeconds(10), 20);
            database.flowQueue(queue);
            conductor = new Conductor(
                    new Conductor.Stores(database.nodes(), database.ports(), database.flows(), database.agents(), database.timeline(),
                        database.pools(), database.hypervisors(), database.authority(), database.guests(), database.allocations(), database.plans(), database.vifs()),
                    Map.of("fake", machine), new FakeImages(), files -> new byte[32],
                    ConductorSettings.defaults(name, new AgentUrl.WhereItBooted(6386)), clock, queue);
            conductor.start();
        }

        Node node() {
            return database.nodes().find(id).orElseThrow();
        }

        void await(Predicate<Node> state) throws InterruptedException {
            long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (!state.test(database.nodes().find(id).orElseThrow())) {
                assertThat(System.nanoTime()).as("deadline; node is %s, flow is %s", database.nodes().find(id), database.flows().find(id)).isLessThan(end);
                Thread.sleep(20);
            }
        }

        void awaitFlow() throws InterruptedException {
            await(node -> database.flows().find(id).filter(flow -> flow.waitingFor() != null).isPresent());
        }

        @Override
        public void close() {
            conductor.close();
            database.close();
        }
    }
}
