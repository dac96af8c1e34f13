package io.bessemer.host;

import java.time.Duration;

/// How long the agent waits for what.
///
/// @param firstRetry   after a request that failed; doubled each time
/// @param longestRetry where the doubling ends
/// @param afterRefusal until a ticket is looked for again
/// @param news         in which changes are gathered into one report
/// @param work         between two looks at whether the host is as ordered
/// @param facts        how old facts may be
record Pace(Duration firstRetry, Duration longestRetry, Duration afterRefusal, Duration news, Duration work, Duration facts) {
    static final Pace NORMAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofMillis(300),
            Duration.ofSeconds(30), Duration.ofMinutes(5));

    Duration afterFailures(int failures) {
        Duration wait = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
    }
}
