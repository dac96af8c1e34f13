package io.bessemer.ipmi.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A timestamp of the log, IPMI 2.0 §37.1: seconds since 1970, but up to 0x20000000 since the BMC was started with no clock set.
public final class SelTime {
    private static final long LAST_SINCE_START = 0x2000_0000L;
    private static final long NOT_KNOWN = 0xffff_ffffL;

    private SelTime() {
    }

    public static Optional<Instant> at(long timestamp) {
        return timestamp > LAST_SINCE_START && timestamp != NOT_KNOWN ? Optional.of(Instant.ofEpochSecond(timestamp)) : Optional.empty();
    }

    public static Optional<Duration> sinceStart(long timestamp) {
        return timestamp <= LAST_SINCE_START ? Optional.of(Duration.ofSeconds(timestamp)) : Optional.empty();
    }
}
