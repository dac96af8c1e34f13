package io.bessemer.notifications;

import java.time.Duration;

/// How patient a [Relay] is.
///
/// @param firstRetry   after the first failure; doubled by each one more
/// @param longestRetry the most between two attempts
/// @param lease        a process that is silent for so long loses its sinks to another; longer than a delivery
/// @param look         between two looks at the list of webhooks
public record RelayPace(Duration firstRetry, Duration longestRetry, Duration lease, Duration look) {
    public static final RelayPace USUAL = new RelayPace(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(40), Duration.ofSeconds(2));

    Duration retry(int failures) {
        Duration exact = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
        return exact.compareTo(longestRetry) > 0 ? longestRetry : exact;
    }
}
