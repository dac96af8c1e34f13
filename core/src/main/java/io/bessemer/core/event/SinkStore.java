package io.bessemer.core.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far each sink of events was told, and which process tells it now. A holder that is silent until its time is over loses the sink to whoever
/// asks next.
public interface SinkStore {
    /// Makes the sink when there is none; it begins with what comes next.
    void make(String name);

    /// @return the state, when the sink is the holder's until then; empty while somebody else holds it, or when it is gone
    Optional<SinkState> hold(String name, String holder, Instant now, Instant until);

    /// Keeps what the holder came to.
    ///
    /// @return false when the sink is not the holder's any more, and nothing was kept
    boolean keep(SinkState state, String holder, Instant until);

    /// For the process that ends: the next one need not wait.
    void release(String name, String holder);

    Optional<SinkState> find(String name);

    List<SinkState> list();

    /// @param told            cursor of the last event that was delivered, not asked for, or given up
    /// @param delivered       events
    /// @param dropped         events that were given up: too old, or no longer kept
    /// @param attempts        in a row that failed
    /// @param failingSince    null while all is well
    /// @param lastError       of the last attempt that failed; null while all is well
    /// @param lastDeliveredAt null before the first
    record SinkState(String name, long told, long delivered, long dropped, int attempts, Instant failingSince, String lastError, Instant lastDeliveredAt) {
        public SinkState at(long cursor) {
            return new SinkState(name, cursor, delivered, dropped, attempts, failingSince, lastError, lastDeliveredAt);
        }

        public SinkState delivered(long cursor, int events, Instant now) {
            return new SinkState(name, cursor, delivered + events, dropped, 0, null, null, now);
        }

        public SinkState dropped(long cursor, long events) {
            return new SinkState(name, cursor, delivered, dropped + events, attempts, failingSince, lastError, lastDeliveredAt);
        }

        public SinkState failed(String error, Instant now) {
            return new SinkState(name, told, delivered, dropped, attempts + 1, failingSince == null ? now : failingSince, error, lastDeliveredAt);
        }
    }
}
