package io.bessemer.pxe;

import java.util.concurrent.ConcurrentHashMap;

/// Lets a warning of one kind through once a second: what anybody on the wire can provoke must not fill the log. The counters
/// count all of them.
public final class Seldom {
    private static final long SPACING_NANOSECONDS = 1_000_000_000;

    private final ConcurrentHashMap<String, Long> last = new ConcurrentHashMap<>();

    /// @param kind a constant, never something from the wire
    public boolean now(String kind) {
        long now = System.nanoTime();
        return last.merge(kind, now, (before, _) -> now - before >= SPACING_NANOSECONDS ? Long.valueOf(now) : before) == now;
    }
}
