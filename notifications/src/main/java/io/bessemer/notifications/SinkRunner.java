package io.bessemer.notifications;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.notifications.Sink.SinkException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells one sink, in order, from where it was left. How far is kept after each delivery: a process that dies in between tells it again, never less.
final class SinkRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SinkRunner.class);
    private static final int ATTEMPTS_A_LINE = 20;

    private final String name;
    private final Sink sink;
    private final EventFeed feed;
    private final SinkStore sinks;
    private final String holder;
    private final RelayPace pace;
    private final Clock clock;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    SinkRunner(String name, Sink sink, EventFeed feed, SinkStore sinks, String holder, RelayPace pace, Clock clock) {
        this.name = name;
        this.sink = sink;
        this.feed = feed;
        this.sinks = sinks;
        this.holder = holder;
        this.pace = pace;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("event-sink-" + name).start(this::run);
    }

    /// Lets a delivery that is under way end.
    void stop() {
        stop.countDown();
    }

    void join() {
        try {
            thread.join(Sink.LONGEST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean broken = false; // one line of the log, however long it lasts
        try {
            while (!stopped()) {
                try {
                    Optional<SinkState> held = sinks.hold(name, holder, clock.instant(), leaseEnd());
                    if (held.isEmpty()) {
                        rest(pace.lease().dividedBy(4));
                        continue;
                    }
                    tell(held.get());
                    broken = false;
                } catch (RuntimeException e) {
                    if (!broken) {
                        LOG.warn("A sink of events cannot be told while the database does not answer: sink={}", sink.title(), e);
                    }
                    broken = true;
                    rest(pace.longestRetry().compareTo(Duration.ofSeconds(5)) > 0 ? Duration.ofSeconds(5) : pace.longestRetry());
                }
            }
            sinks.release(name, holder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("A sink of events could not be released: sink={}", sink.title(), e);
        } finally {
            sink.close();
        }
    }

    /// Until the sink is somebody else's, or there is nothing to tell for a while.
    private void tell(SinkState from) throws InterruptedException {
        SinkState state = from;
        SinkState kept = from;
        Instant renewAt = clock.instant().plus(pace.lease().dividedBy(4));
        while (!stopped()) {
            List<Event> events = feed.read(state.told());
            if (events.isEmpty() && feed.await(state.told(), pace.lease().dividedBy(4))) {
                continue;
            }
            Optional<SinkState> next = events.isEmpty() ? Optional.of(state) : tell(state, events);
            if (next.isEmpty()) {
                return;
            }
            state = next.get();
            if (state.delivered() != kept.delivered()) {
                kept = state; // what was delivered is kept already
                renewAt = clock.instant().plus(pace.lease().dividedBy(4));
            } else if (!clock.instant().isBefore(renewAt)) { // what nobody asked for is kept now and then
                if (!keep(state)) {
                    return;
                }
                renewAt = clock.instant().plus(pace.lease().dividedBy(4));
            }
        }
        keep(state);
    }

    /// @return empty to begin anew
    private Optional<SinkState> tell(SinkState from, List<Event> events) throws InterruptedException {
        SinkState state = from;
        long missing = events.getFirst().cursor() - state.told() - 1;
        try {
            if (missing > 0) {
                LOG.warn("A sink was behind for so long that events are lost to it: sink={} events={}", sink.title(), missing);
                sink.lost(state.told(), events.getFirst().cursor() - 1);
                state = state.dropped(events.getFirst().cursor() - 1, missing);
                if (!keep(state)) {
                    return Optional.empty();
                }
            }
            List<Event> batch = new ArrayList<>();
            for (Event event : events) {
                if (sink.wants(event)) {
                    batch.add(event);
                }
                if (batch.size() == sink.batch() || event == events.getLast() && !batch.isEmpty()) {
                    sink.deliver(batch);
                    if (state.failingSince() != null) {
                        LOG.info("A sink takes events again: sink={} after_attempts={}", sink.title(), state.attempts());
                    }
                    state = state.delivered(batch.getLast().cursor(), batch.size(), clock.instant());
                    if (!keep(state)) {
                        return Optional.empty();
                    }
                    batch.clear();
                    if (stopped()) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(state.at(events.getLast().cursor()));
        } catch (SinkException e) {
            failed(state, events, e.getMessage());
            return Optional.empty();
        }
    }

    private void failed(SinkState before, List<Event> events, String reason) throws InterruptedException {
        SinkState state = before.failed(reason, clock.instant());
        if (state.attempts() % ATTEMPTS_A_LINE == 1) {
            LOG.warn("A sink does not take events; they wait for it: sink={} attempts={} behind={} reason={}", sink.title(), state.attempts(),
                    feed.range().last() - state.told(), reason);
        }
        Instant tooOld = clock.instant().minus(sink.retryFor());
        SinkState unread = state;
        List<Event> old = events.stream().filter(event -> event.cursor() > unread.told()).takeWhile(event -> event.at().isBefore(tooOld)).toList();
        if (!old.isEmpty()) {
            long wanted = old.stream().filter(sink::wants).count();
            LOG.warn("A sink did not take events in time, and they are given up: sink={} events={} until={}", sink.title(), wanted, old.getLast().at());
            state = state.dropped(old.getLast().cursor(), wanted);
        }
        if (!keep(state)) {
            return;
        }
        Duration exact = pace.retry(state.attempts());
        Duration pause = exact.plusMillis(ThreadLocalRandom.current().nextLong(exact.toMillis() / 5 + 1));
        Instant until = clock.instant().plus(pause);
        while (clock.instant().isBefore(until) && !stopped()) {
            Duration rest = Duration.between(clock.instant(), until);
            Duration slice = pace.lease().dividedBy(4);
            rest(rest.compareTo(slice) < 0 ? rest : slice);
            if (!keep(state)) {
                return;
            }
        }
    }

    private boolean keep(SinkState state) {
        return sinks.keep(state, holder, leaseEnd());
    }

    private Instant leaseEnd() {
        return clock.instant().plus(pace.lease());
    }

    private boolean stopped() {
        return stop.getCount() == 0 || feed.closed();
    }

    private void rest(Duration most) throws InterruptedException {
        stop.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }
}
