package io.bessemer.core.event;

import java.time.Instant;
import java.util.List;

/// The events that are kept. Stores of things add theirs in the transaction of the change; here they are numbered and read.
///
/// The number that a database gives to a row when it is inserted is no order to read by: a transaction with a lower number may commit
/// after one with a higher number was read, and its event would never be seen. So events get their cursor in a second step, from what is
/// committed, by one numberer at a time. Events of one node keep the order of its commits.
public interface EventStore {
    /// After `after`, in order. Less than `most` when there are no more, or not yet.
    List<Event> read(long after, int most);

    Range range();

    /// Gives cursors to committed events that have none.
    ///
    /// @return how many; as many as `most` when there may be more
    int number(int most);

    /// Forgets what is older than `before`, and what is more than the newest `keep`.
    ///
    /// @return how many
    int trim(long keep, Instant before);

    /// @param listener called after each commit that added events
    void whenAdded(Runnable listener);

    /// @param last    cursor of the newest event; 0 before the first
    /// @param trimmed cursor of the newest event that is not kept any more; 0 when all are kept
    record Range(long last, long trimmed) {
        /// Whether everything after `cursor` is still there.
        public boolean covers(long cursor) {
            return cursor >= trimmed && cursor <= last;
        }
    }
}
