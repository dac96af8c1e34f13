package io.bessemer.pxe.tftp;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// Which requests are served now and which wait, in the order in which they came. A request that comes again, as a client that hears nothing
/// sends it, is the same one; one that does not come again for a while is not served any more, as its client gave up.
///
/// @param <R> a request; equal ones are the same
final class TftpTurns<R> {
    private static final long GIVEN_UP = TimeUnit.SECONDS.toNanos(15);

    enum Turn { NOW, LATER, KNOWN, NEVER }

    private final int mostServed;
    private final int mostWaiting;
    /// when each was asked for last
    private final Map<R, Long> asked = new LinkedHashMap<>();
    private final Queue<R> waiting = new ArrayDeque<>();

    TftpTurns(int mostServed, int mostWaiting) {
        this.mostServed = mostServed;
        this.mostWaiting = mostWaiting;
    }

    synchronized Turn ask(R request, long now) {
        if (asked.replace(request, now) != null) {
            return Turn.KNOWN;
        }
        if (asked.size() - waiting.size() < mostServed) {
            asked.put(request, now);
            return Turn.NOW;
        }
        if (waiting.size() >= mostWaiting) {
            return Turn.NEVER;
        }
        asked.put(request, now);
        waiting.add(request);
        return Turn.LATER;
    }

    /// Ends one that was served.
    ///
    /// @return the one whose turn it is then
    synchronized Optional<R> end(R request, long now) {
        asked.remove(request);
        for (R next = waiting.poll(); next != null; next = waiting.poll()) {
            if (now - asked.get(next) <= GIVEN_UP) {
                return Optional.of(next);
            }
            asked.remove(next);
        }
        return Optional.empty();
    }
}
