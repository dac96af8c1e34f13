package io.bessemer.notifications;

import io.bessemer.core.event.Event;
import java.time.Duration;
import java.util.List;

/// Somebody who is told of events.
public interface Sink extends AutoCloseable {
    /// For logs.
    String title();

    boolean wants(Event event);

    /// events that are handed over at a time
    int batch();

    /// What is older, and was not taken, is given up.
    Duration retryFor();

    /// Returns when the sink has them, all and for good; ends within [#LONGEST].
    ///
    /// @throws SinkException when it is not known to have them all: they will come again
    void deliver(List<Event> events) throws SinkException, InterruptedException;

    /// Tells that events after `after` up to `upTo` were lost on the way. Nothing by default.
    default void lost(long after, long upTo) throws SinkException, InterruptedException {}

    @Override
    void close();

    /// of a delivery
    Duration LONGEST = Duration.ofSeconds(25);

    /// Not taken, with the reason for an operator. Always worth another try: what is wrong is repaired at the sink.
    final class SinkException extends Exception {
        public SinkException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
