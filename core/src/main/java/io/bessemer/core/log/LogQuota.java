package io.bessemer.core.log;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Lines of one kind that strangers can provoke: so many in a span of time, and the next one after it says how many were withheld. Counters count all of them.
public final class LogQuota {
    private final int lines;
    private final long spanNanoseconds;
    private final LongSupplier nanoTime;
    private long began;
    private int written;
    private long withheld;

    public LogQuota(int lines, Duration span) {
        this(lines, span, System::nanoTime);
    }

    LogQuota(int lines, Duration span, LongSupplier nanoTime) {
        this.lines = lines;
        this.spanNanoseconds = span.toNanos();
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /// @return empty when the line is not to be written; else how many were withheld before it
    public synchronized OptionalLong next() {
        long now = nanoTime.getAsLong();
        if (now - began >= spanNanoseconds) {
            began = now;
            written = 0;
        }
        if (written == lines) {
            withheld++;
            return OptionalLong.empty();
        }
        written++;
        long before = withheld;
        withheld = 0;
        return OptionalLong.of(before);
    }
}
