package io.bessemer.conductor.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.FlowQueue;
import io.bessemer.core.node.NodeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The queue of flows on db-scheduler: one execution a node, its id the node's UUID. It outlives a flow's end and is moved by wake-ups;
/// whatever goes wrong between the two tables is repaired by a sweep.
///
/// A commit schedules inside its own transaction, so the data source must take part in it.
public final class DbSchedulerQueue implements FlowQueue, FlowWaker, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DbSchedulerQueue.class);
    private static final String TASK = "flow";
    private static final String POOLS = "pools";
    private static final Duration POOLS_EVERY = Duration.ofSeconds(3);
    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final Duration ROOM_PAUSE = Duration.ofSeconds(1);

    private static final String RELEASE = """
            UPDATE scheduled_tasks
               SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL, version = version + 1
             WHERE task_name IN (?, ?) AND picked = TRUE AND picked_by = ?
            """;

    private static final String NOT_QUEUED = """
            SELECT flows.node_uuid
              FROM flows
              LEFT JOIN scheduled_tasks queued ON queued.task_name = ? AND queued.task_instance = flows.node_uuid
             WHERE queued.task_instance IS NULL
            """;

    private static final String SOONER = """
            UPDATE scheduled_tasks
               SET execution_time = ?, version = version + 1
             WHERE task_name = ? AND task_instance = ? AND picked = FALSE AND execution_time > ?
            """;

    private final DataSource dataSource;
    private final String conductor;
    private final Clock clock;
    private final CustomTask<Void> task;
    /// one execution for all conductors: who has it looks after the pools
    private final RecurringTask<Void> pools;
    private final AtomicBoolean poolsRung = new AtomicBoolean();
    private final Scheduler scheduler;
    private final ScheduledExecutorService sweeper;
    private final Duration sweepEvery;
    private final AtomicBoolean closed = new AtomicBoolean();
    /// nodes whose flow runs here now, with whether they were woken meanwhile
    private final Map<NodeId, Boolean> running = new ConcurrentHashMap<>();
    private volatile Function<NodeId, Optional<Instant>> runner;
    private volatile Runnable reconcile = () -> {};

    /// @param dataSource transaction-aware: inside a transaction of the stores it uses their connection
    /// @param conductor  its name, which no other living conductor has
    /// @param heartbeat  of executions; one that misses four is dead, and another conductor takes it
    /// @param parallel   flows executed at a time
    public DbSchedulerQueue(DataSource dataSource, String conductor, Clock clock, Duration heartbeat, Duration sweepEvery, int parallel) {
        this.dataSource = dataSource;
        this.conductor = conductor;
        this.clock = clock;
        this.sweepEvery = sweepEvery;
        this.task = Tasks.custom(TASK, Void.class)
                .onDeadExecution((complete, operations) -> {
                    if (!running.containsKey(NodeId.of(complete.getExecution().getId()))) { // else it runs here, and only its heartbeats came late
                        operations.reschedule(complete, clock.instant());
                    }
                })
                .onFailure((complete, operations) -> {
                    LOG.warn("A flow's execution failed: node={}", complete.getExecution().getId(), complete.getCause().orElse(null));
                    operations.reschedule(complete, clock.instant().plus(AFTER_A_FAILURE));
                })
                .execute((instance, context) -> execute(NodeId.of(instance.getId())));
        this.pools = Tasks.recurring(POOLS, FixedDelay.of(POOLS_EVERY)).execute((instance, context) -> lookAfterPools());
        this.scheduler = Scheduler.create(dataSource, task)
                .startTasks(pools)
                .schedulerName(new SchedulerName.Fixed(conductor))
                .threads(parallel)
                .executorService(Executors.newVirtualThreadPerTaskExecutor())
                .pollingInterval(Duration.ofMillis(500))
                .pollUsingFetchAndLockOnExecute(0.5, 3.0)
                .heartbeatInterval(heartbeat)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .shutdownMaxWait(Duration.ofSeconds(5))
                .failureLogging(LogLevel.OFF, false)
                .alwaysPersistTimestampInUTC()
                .build();
        this.sweeper = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("flow-sweeper").factory());
    }

    /// @param runner runs a node's flow and says when to come again
    /// @param reconcile looks after the pools once
    public void start(Function<NodeId, Optional<Instant>> runner, Runnable reconcile) {
        this.reconcile = reconcile;
        this.runner = runner;
        releaseOwn();
        scheduler.start();
        sweeper.scheduleWithFixedDelay(this::sweep, 0, sweepEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// What a killed process of our name had in hand is ours to go on with at once. That of another conductor waits until its
    /// heartbeats were missed.
    private void releaseOwn() {
        try (Connection connection = dataSource.getConnection(); PreparedStatement release = connection.prepareStatement(RELEASE)) {
            release.setString(1, TASK);
            release.setString(2, POOLS);
            release.setString(3, conductor);
            int released = release.executeUpdate();
            if (released > 0) {
                LOG.info("Going on with what was under way when the last process ended: flows={}", released);
            }
        } catch (SQLException e) {
            LOG.warn("Flows of the last process are taken up only when their heartbeats were missed", e);
        }
    }

    /// Lets running steps end, for some seconds. Idempotent.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        sweeper.shutdownNow();
        scheduler.stop();
    }

    @Override
    public void schedule(NodeId node, Instant at) {
        wokenWhileRunning(node);
        moveTo(node, at);
    }

    @Override
    public void committed() {
        try {
            scheduler.triggerCheckForDueExecutions();
        } catch (RuntimeException e) {
            LOG.debug("A look at what is due was not asked for", e); // it is stored, and comes with the next look
        }
    }

    @Override
    public void wake(NodeId node) {
        if (wokenWhileRunning(node)) {
            return;
        }
        try {
            moveTo(node, clock.instant());
            scheduler.triggerCheckForDueExecutions();
        } catch (RuntimeException e) {
            LOG.debug("A wake-up was lost: node={}", node, e); // it runs already, or is gone; the sweep sees to the rest
        }
    }

    /// @return whether it runs here, and so runs again before it rests
    private boolean wokenWhileRunning(NodeId node) {
        return running.computeIfPresent(node, (_, _) -> true) != null;
    }

    /// Something changed that pools depend on: whichever conductor looks after them shall do so now. A hint only.
    public void wakePools() {
        poolsRung.set(true);
        try {
            TaskInstance<Void> instance = pools.instance(RecurringTask.INSTANCE);
            var present = scheduler.getScheduledExecution(instance);
            if (present.isPresent() && !present.get().isPicked() && present.get().getExecutionTime().isAfter(clock.instant())) {
                scheduler.reschedule(instance, clock.instant());
                scheduler.triggerCheckForDueExecutions();
            }
        } catch (RuntimeException e) {
            LOG.debug("A ring for the pools was lost", e); // they are looked at every few seconds
        }
    }

    private void lookAfterPools() {
        do {
            poolsRung.set(false);
            try {
                reconcile.run();
            } catch (RuntimeException e) {
                LOG.warn("A look at the pools broke off; the next one is in {}", POOLS_EVERY, e);
                return;
            }
        } while (poolsRung.get() && !Thread.currentThread().isInterrupted());
    }

    /// One statement, as a rule: by the scheduler's own methods it takes four, for each of a machine's signs of life.
    private void moveTo(NodeId node, Instant at) {
        try (Connection connection = dataSource.getConnection(); PreparedStatement sooner = connection.prepareStatement(SOONER)) {
            LocalDateTime utc = LocalDateTime.ofInstant(at.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
            sooner.setObject(1, utc);
            sooner.setString(2, TASK);
            sooner.setString(3, node.toString());
            sooner.setObject(4, utc);
            if (sooner.executeUpdate() > 0) {
                return;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The flow of node %s could not be put earlier into the queue".formatted(node), e);
        }
        scheduler.scheduleIfNotExists(task.instance(node.toString()), at); // it is taken, or due before, or there is none
    }

    private CompletionHandler<Void> execute(NodeId node) {
        try {
            Optional<Instant> next;
            do {
                running.put(node, false);
                next = runWithRoom(node);
            } while (Boolean.TRUE.equals(running.get(node)) && !Thread.currentThread().isInterrupted());
            return completion(node, next);
        } catch (RuntimeException | Error e) {
            running.remove(node);
            throw e;
        }
    }

    /// What a full disk kept a flow from storing is done again when there is room: nobody else would.
    private Optional<Instant> runWithRoom(NodeId node) {
        for (;;) {
            try {
                return runner.apply(node);
            } catch (Failure.StorageFull e) {
                LOG.warn("A flow waits until the disk has room: node={}", node);
                awaitRoom();
            }
        }
    }

    /// The data source gives a connection when there is some, or gives up after a while.
    private void awaitRoom() {
        for (;;) {
            try {
                Thread.sleep(ROOM_PAUSE);
                dataSource.getConnection().close();
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Stopped while waiting for room on the disk", e);
            } catch (SQLException e) {
                if (!(e.getCause() instanceof Failure.StorageFull)) {
                    throw new IllegalStateException("The database went away while waiting for room on its disk", e);
                }
            }
        }
    }

    /// Runs after the execution. It counts as running until it is put back: until then a wake-up finds it taken, and would be lost.
    private CompletionHandler<Void> completion(NodeId node, Optional<Instant> next) {
        return new CompletionHandler<>() {
            @Override
            public void complete(ExecutionComplete done, ExecutionOperations<Void> operations) {
                try {
                    if (running.replace(node, true, false)) {
                        operations.reschedule(done, clock.instant());
                    } else if (next.isPresent()) {
                        operations.reschedule(done, next.get());
                    } else {
                        operations.remove();
                    }
                } finally {
                    if (Boolean.TRUE.equals(running.remove(node))) {
                        wake(node);
                    }
                }
            }
        };
    }

    /// Every flow must have an execution; one that lost it gets it back.
    void sweep() {
        try {
            for (String node : notQueued()) {
                scheduler.scheduleIfNotExists(task.instance(node), clock.instant());
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The sweep over flows failed; next one in {}", sweepEvery, e);
        }
    }

    private List<String> notQueued() throws SQLException {
        List<String> nodes = new ArrayList<>();
        try (Connection connection = dataSource.getConnection(); PreparedStatement select = connection.prepareStatement(NOT_QUEUED)) {
            select.setString(1, TASK);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    nodes.add(rows.getString(1));
                }
            }
        }
        return nodes;
    }
}
