package io.bessemer.openstack;

import java.time.Duration;

/// The time that one step has for all of its calls.
public final class Deadline {
    private final long end;
    private final Duration perCall;

    public Deadline(Duration all, Duration perCall) {
        this.end = System.nanoTime() + all.toNanos();
        this.perCall = perCall;
    }

    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /// @throws OpenStackException when none is left
    public Duration nextCall() throws OpenStackException {
        Duration remaining = remaining();
        if (remaining.toMillis() < 1) {
            throw new OpenStackException(0, "OpenStack answered too slowly to finish the step in time. It goes on where it stopped.", null);
        }
        return remaining.compareTo(perCall) < 0 ? remaining : perCall;
    }
}
