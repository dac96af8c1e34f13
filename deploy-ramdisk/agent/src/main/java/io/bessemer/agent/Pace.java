package io.bessemer.agent;

import java.time.Duration;

/// How long the agent waits for what.
///
/// @param firstRetry   after a request that failed; doubled each time
/// @param longestRetry where the doubling ends
/// @param report       between two reports of a running command
/// @param beforeReboot from the news that the session is gone, so that an operator may read it
record Pace(Duration firstRetry, Duration longestRetry, Duration report, Duration beforeReboot) {
    static final Pace NORMAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(60));

    Duration afterFailures(int failures) {
        Duration wait = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
    }
}
