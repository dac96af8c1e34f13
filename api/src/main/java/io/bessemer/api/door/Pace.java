package io.bessemer.api.door;

import java.util.concurrent.TimeUnit;

/// How long a client kept us waiting within one body or one answer, beside what moved in that time.
final class Pace {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long graceNanoseconds;
    private final long bytesPerSecond;
    private long waitedNanoseconds;
    private long bytes;

    Pace(DoorSettings settings) {
        this.graceNanoseconds = settings.grace().toNanos();
        this.bytesPerSecond = settings.bytesPerSecond();
    }

    /// @return whether it is too slow now
    boolean moved(long more, long nanoseconds) {
        bytes += more;
        waitedNanoseconds += nanoseconds;
        return waitedNanoseconds > graceNanoseconds + bytes * (SECOND / bytesPerSecond);
    }
}
