package io.bessemer.notifications;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.EventStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one reader of new events in this process: gives numbers to what was committed, keeps the newest in memory, and wakes those who follow.
/// So a hundred followers cost the database one query a batch. Whoever is further behind reads from the store, at its own pace; nothing is
/// queued for anybody.
public final class EventFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    /// events in memory, some 10 KB each, and 200 KB at the very most
    private static final int TAIL = 200;
    private static final int NUMBERED_AT_A_TIME = 200;
    /// what each reader holds
    private static final int READ_AT_A_TIME = 50;
    /// other processes of the same database do not ring here
    private static final Duration LOOK = Duration.ofSeconds(1);
    /// Between two passes while something happens: what is committed meanwhile is numbered in one transaction, each of which costs as much as a
    /// change. The first event after a quiet moment is told at once.
    private static final Duration GATHER = Duration.ofMillis(100);
    private static final Duration TRIM = Duration.ofMinutes(1);

    private final EventStore store;
    private final long keepMost;
    private final Duration keepFor;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private final Condition grown = lock.newCondition();
    private final Deque<Event> tail = new ArrayDeque<>();
    private boolean bell;
    private boolean closed;
    private long last;
    private Thread loop;

    /// @param keepMost events kept, the newest
    /// @param keepFor  how long
    public EventFeed(EventStore store, long keepMost, Duration keepFor, Clock clock) {
        this.store = store;
        this.keepMost = keepMost;
        this.keepFor = keepFor;
        this.clock = clock;
        this.last = store.range().last();
        store.whenAdded(this::ring);
    }

    public void start() {
        loop = Thread.ofVirtual().name("event-feed").start(this::loop);
    }

    /// Ends all waiting. Nobody is interrupted: an interrupt that meets the embedded database at its file closes it.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            rung.signalAll();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        if (loop != null) {
            try {
                loop.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public EventStore.Range range() {
        return store.range();
    }

    /// What comes after `after`, at most [#READ_AT_A_TIME] events. When the first of them is not `after + 1`, those between are not kept any more.
    public List<Event> read(long after) {
        lock.lock();
        try {
            if (after >= last) {
                return List.of();
            }
            if (!tail.isEmpty() && tail.getFirst().cursor() <= after + 1) {
                return tail.stream().dropWhile(event -> event.cursor() <= after).limit(READ_AT_A_TIME).toList();
            }
        } finally {
            lock.unlock();
        }
        return store.read(after, READ_AT_A_TIME);
    }

    /// Waits for an event after `after`.
    ///
    /// @return false when the time is over, or the feed was closed
    public boolean await(long after, Duration most) throws InterruptedException {
        long nanos = most.toNanos();
        lock.lock();
        try {
            while (last <= after && !closed && nanos > 0) {
                nanos = grown.awaitNanos(nanos);
            }
            return last > after;
        } finally {
            lock.unlock();
        }
    }

    public boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void ring() {
        lock.lock();
        try {
            bell = true;
            rung.signal();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        Instant trimAt = clock.instant();
        boolean broken = false;
        while (!closed()) {
            try {
                long began = System.nanoTime();
                boolean more = store.number(NUMBERED_AT_A_TIME) == NUMBERED_AT_A_TIME;
                catchUp();
                if (!clock.instant().isBefore(trimAt)) {
                    trimAt = clock.instant().plus(TRIM);
                    trim();
                }
                if (broken) {
                    LOG.info("Events are told again");
                    broken = false;
                }
                if (!more && sleep()) {
                    Thread.sleep(Duration.ofNanos(Math.max(0, GATHER.toNanos() - (System.nanoTime() - began))));
                }
            } catch (RuntimeException e) {
                if (!broken) {
                    LOG.warn("Events cannot be read, and are told when the database answers again", e);
                    broken = true;
                }
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void catchUp() {
        while (true) {
            List<Event> fresh = store.read(last, READ_AT_A_TIME);
            if (fresh.isEmpty()) {
                return;
            }
            lock.lock();
            try {
                if (fresh.getFirst().cursor() != last + 1) {
                    tail.clear(); // a tail has no holes
                }
                tail.addAll(fresh);
                while (tail.size() > TAIL) {
                    tail.removeFirst();
                }
                last = fresh.getLast().cursor();
                grown.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void trim() {
        int trimmed = store.trim(keepMost, clock.instant().minus(keepFor));
        if (trimmed > 0) {
            LOG.debug("Old events were forgotten: events={}", trimmed);
        }
    }

    /// @return whether somebody rang
    private boolean sleep() throws InterruptedException {
        lock.lock();
        try {
            long nanos = LOOK.toNanos();
            while (!bell && !closed && nanos > 0) {
                nanos = rung.awaitNanos(nanos);
            }
            boolean was = bell;
            bell = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            if (!closed) {
                rung.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
