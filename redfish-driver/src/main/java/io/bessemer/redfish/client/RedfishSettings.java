package io.bessemer.redfish.client;

import java.time.Duration;

/// How patient we are with BMCs.
///
/// @param connectTimeout to TCP and TLS
/// @param requestTimeout one request with all of its answer
/// @param taskTimeout    what a BMC does as a task (202), until it is done
/// @param taskPoll       between two looks at a task; a BMC's `Retry-After` counts instead, up to ten times this
/// @param sessionIdle    a session that nobody wanted for this long is ended
/// @param parallel       requests to one BMC at a time
public record RedfishSettings(Duration connectTimeout, Duration requestTimeout, Duration taskTimeout, Duration taskPoll, Duration sessionIdle, int parallel) {
    public RedfishSettings {
        positive("connect-timeout", connectTimeout);
        positive("request-timeout", requestTimeout);
        positive("task-timeout", taskTimeout);
        positive("task-poll", taskPoll);
        positive("session-idle", sessionIdle);
        if (parallel < 1 || parallel > 64) {
            throw new IllegalArgumentException("parallel is %d; allowed are 1 to 64".formatted(parallel));
        }
    }

    public static RedfishSettings defaults() {
        return new RedfishSettings(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(2), Duration.ofSeconds(1), Duration.ofMinutes(10), 2);
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("%s is %s; it must be longer than nothing".formatted(name, value));
        }
    }
}
