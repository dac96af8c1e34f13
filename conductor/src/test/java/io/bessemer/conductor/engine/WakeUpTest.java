package io.bessemer.conductor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A wake-up that comes at the worst of moments.
@Timeout(60)
class WakeUpTest {
    @TempDir
    Path data;

    @Test
    void a_wake_up_while_a_flow_is_put_back_is_not_lost() throws Exception {
        Clock clock = Clock.systemUTC();
        NodeId node = NodeId.random();
        BlockingQueue<Instant> runs = new LinkedBlockingQueue<>();
        AtomicBoolean puttingBack = new AtomicBoolean();
        var woken = new DbSchedulerQueue[1];
        try (Database database = Database.open(DatabaseSettings.embedded(), data, clock)) {
            DataSource spied = beforeStatements(database.dataSource(), sql -> {
                if (sql.startsWith("update scheduled_tasks") && sql.contains("consecutive_failures") && puttingBack.compareAndSet(false, true)) {
                    woken[0].wake(node);
                }
            });
            var ended = new CountDownLatch(1);
            try (var queue = new DbSchedulerQueue(spied, "conductor", clock, Duration.ofSeconds(5), Duration.ofHours(1), 4)) {
                woken[0] = queue;
                queue.start(id -> {
                    runs.add(clock.instant());
                    return Optional.of(clock.instant().plus(Duration.ofHours(1)));
                }, () -> await(ended)); // a look at the pools that ends would be put back too
                queue.schedule(node, clock.instant());
                try {
                    assertThat(runs.poll(10, TimeUnit.SECONDS)).isNotNull();
                    assertThat(runs.poll(10, TimeUnit.SECONDS)).as("runs again, as it was woken").isNotNull();
                    assertThat(puttingBack).isTrue();
                } finally {
                    ended.countDown();
                }
            }
        }
    }

    /// A database that is very busy lets heartbeats wait, and the scheduler takes for dead what runs in its own process.
    @Test
    void a_flow_that_runs_here_is_not_begun_a_second_time_because_its_heartbeats_are_late() throws Exception {
        Clock clock = Clock.systemUTC();
        NodeId node = NodeId.random();
        AtomicInteger runs = new AtomicInteger();
        var looksForTheDead = new CountDownLatch(8);
        var ended = new CountDownLatch(1);
        try (Database database = Database.open(DatabaseSettings.embedded(), data, clock)) {
            DataSource spied = beforeStatements(database.dataSource(), sql -> {
                if (sql.startsWith("update scheduled_tasks set last_heartbeat")) {
                    throw new IllegalStateException("no heartbeat comes through");
                }
                if (sql.contains("last_heartbeat <=") && runs.get() > 0) {
                    looksForTheDead.countDown();
                }
            });
            try (var queue = new DbSchedulerQueue(spied, "conductor", clock, Duration.ofMillis(100), Duration.ofHours(1), 4)) {
                queue.start(id -> {
                    runs.incrementAndGet();
                    await(ended);
                    return Optional.empty();
                }, () -> { });
                queue.schedule(node, clock.instant());
                assertThat(looksForTheDead.await(30, TimeUnit.SECONDS)).as("it was long enough without heartbeats").isTrue();
                assertThat(runs).hasValue(1);
                ended.countDown();
                while (executions(database) > 0) { // until the timeout of the test
                    LockSupport.parkNanos(10_000_000);
                }
                assertThat(runs).hasValue(1);
            } finally {
                ended.countDown();
            }
        }
    }

    @Test
    void a_flow_that_is_not_in_the_queue_is_put_there_by_the_sweep() throws Exception {
        Clock clock = Clock.systemUTC();
        BlockingQueue<NodeId> runs = new LinkedBlockingQueue<>();
        try (Database database = Database.open(DatabaseSettings.embedded(), data, clock)) {
            database.flowQueue((_, _) -> { }); // and so it gets lost
            Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
            Flow flow = Flow.start(node.id(), FlowKind.DEPLOY, 1, Map.of(), clock.instant());
            database.nodes().commit(new Change(node, node.toBuilder().attempt(1).build(), List.of(), List.of(), new FlowUpdate.Start(flow)));
            assertThat(executions(database)).isZero();
            try (var queue = new DbSchedulerQueue(database.dataSource(), "conductor", clock, Duration.ofSeconds(5), Duration.ofHours(1), 4)) {
                queue.start(id -> {
                    runs.add(id);
                    return Optional.of(clock.instant().plus(Duration.ofHours(1)));
                }, () -> { });
                assertThat(runs.poll(30, TimeUnit.SECONDS)).isEqualTo(node.id());
                queue.sweep();
                assertThat(executions(database)).isOne();
            }
        }
    }

    private static int executions(Database database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM scheduled_tasks WHERE task_name = 'flow'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Spy {
        void sees(String sql);
    }

    private static DataSource beforeStatements(DataSource real, Spy spy) {
        return (DataSource) Proxy.newProxyInstance(WakeUpTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
            Object result = invoke(real, method, arguments);
            return result instanceof Connection connection ? Proxy.newProxyInstance(WakeUpTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, call, given) -> {
                if (call.getName().equals("prepareStatement")) {
                    spy.sees(((String) given[0]).toLowerCase(Locale.ROOT).strip());
                }
                return invoke(connection, call, given);
            }) : result;
        });
    }

    private static Object invoke(Object on, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
