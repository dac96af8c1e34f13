package io.bessemer.db;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// `DATETIME(6)` keeps microseconds, and H2 rounds where MariaDB cuts. Cutting before they see it makes what was stored equal to
/// what is read.
final class Micros {
    private Micros() {
    }

    static Instant of(Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS);
    }
}
