package io.bessemer.ipmi.session;

import java.time.Duration;

/// Says when to leave a BMC alone that did not answer several calls in a row. Only calls that nobody waits for heed it. Time is given by the caller.
final class CircuitBreaker {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final int limit;
    private final Duration firstPause;
    private int failures;
    private Duration pause;
    private long openUntil;
    private boolean open;

    CircuitBreaker(int limit, Duration firstPause) {
        this.limit = limit;
        this.firstPause = firstPause;
        this.pause = firstPause;
    }

    /// How long the BMC is still left alone; zero when it may be asked.
    Duration remaining(long nowNanos) {
        if (!open || nowNanos - openUntil >= 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(openUntil - nowNanos);
    }

    void answered() {
        failures = 0;
        open = false;
        pause = firstPause;
    }

    /// @return true when this failure opened the circuit
    boolean failed(long nowNanos) {
        failures++;
        if (failures < limit) {
            return false;
        }
        if (open) {
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
        open = true;
        openUntil = nowNanos + pause.toNanos();
        return true;
    }

    int failures() {
        return failures;
    }
}
