package io.bessemer.conductor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
                queue.start(database.flows(), id -> {
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
