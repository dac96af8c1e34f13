package io.bessemer.nova;

import java.time.Duration;

/// The time that one step has for all of its calls.
final class Deadline {
    private final long end;
    private final Duration perCall;

    Deadline(Duration all, Duration perCall) {
        this.end = System.nanoTime() + all.toNanos();
        this.perCall = perCall;
    }

    Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /// @throws OpenStackException when none is left
    Duration nextCall() throws OpenStackException {
        Duration remaining = remaining();
        if (remaining.toMillis() < 1) {
            throw new OpenStackException(0, "OpenStack answered too slowly to finish the step in time. It goes on where it stopped.", null);
        }
        return remaining.compareTo(perCall) < 0 ? remaining : perCall;
    }
}
