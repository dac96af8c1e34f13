package io.bessemer.ipmi.session;

import java.time.Duration;

/// How patient we are with BMCs.
///
/// @param commandTimeout  wait for an answer before the first retransmission; doubles with each further one
/// @param maximumTimeout  where the doubling ends
/// @param retries         retransmissions after the first packet
/// @param controlTimeout  the same as `commandTimeout` for Chassis Control, which some BMCs take long for, and raw commands
/// @param callTimeout     one call with its login, retransmissions and time in the queue
/// @param keepAlive       a session that was silent this long is used once; many BMCs end sessions after 60 s
/// @param sessionIdle     a session that nobody wanted for this long is closed
/// @param breakerFailures calls in a row without any answer, after which power sync leaves a BMC alone; what clients want is always tried
/// @param breakerPause    for how long at first; doubles up to a minute
/// @param eventLoops      threads, each with one socket
public record IpmiSettings(Duration commandTimeout, Duration maximumTimeout, int retries, Duration controlTimeout, Duration callTimeout,
        Duration keepAlive, Duration sessionIdle, int breakerFailures, Duration breakerPause, int eventLoops) {

    public IpmiSettings {
        positive("command-timeout", commandTimeout);
        positive("maximum-timeout", maximumTimeout);
        positive("control-timeout", controlTimeout);
        positive("call-timeout", callTimeout);
        positive("keep-alive", keepAlive);
        positive("session-idle", sessionIdle);
        positive("breaker-pause", breakerPause);
        inRange("retries", retries, 0, 20);
        inRange("breaker-failures", breakerFailures, 1, 1000);
        inRange("event-loops", eventLoops, 1, 64);
    }

    public static IpmiSettings defaults() {
        return new IpmiSettings(Duration.ofMillis(500), Duration.ofSeconds(4), 3, Duration.ofSeconds(3), Duration.ofSeconds(30),
                Duration.ofSeconds(40), Duration.ofMinutes(5), 3, Duration.ofSeconds(10), 1);
    }

    public IpmiSettings withCommandTimeout(Duration value) {
        return new IpmiSettings(value, maximumTimeout, retries, controlTimeout, callTimeout, keepAlive, sessionIdle, breakerFailures,
                breakerPause, eventLoops);
    }

    public IpmiSettings withControlTimeout(Duration value) {
        return new IpmiSettings(commandTimeout, maximumTimeout, retries, value, callTimeout, keepAlive, sessionIdle, breakerFailures,
                breakerPause, eventLoops);
    }

    public IpmiSettings withCallTimeout(Duration value) {
        return new IpmiSettings(commandTimeout, maximumTimeout, retries, controlTimeout, value, keepAlive, sessionIdle, breakerFailures,
                breakerPause, eventLoops);
    }

    public IpmiSettings withRetries(int value) {
        return new IpmiSettings(commandTimeout, maximumTimeout, value, controlTimeout, callTimeout, keepAlive, sessionIdle, breakerFailures,
                breakerPause, eventLoops);
    }

    public IpmiSettings withKeepAlive(Duration silence, Duration unwanted) {
        return new IpmiSettings(commandTimeout, maximumTimeout, retries, controlTimeout, callTimeout, silence, unwanted, breakerFailures,
                breakerPause, eventLoops);
    }

    public IpmiSettings withBreaker(int failures, Duration pause) {
        return new IpmiSettings(commandTimeout, maximumTimeout, retries, controlTimeout, callTimeout, keepAlive, sessionIdle, failures, pause,
                eventLoops);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("bessemer.ipmi." + key + " is " + value + ", it must be longer than 0");
        }
    }

    private static void inRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("bessemer.ipmi.%s is %d, it must be %d to %d".formatted(key, value, least, most));
        }
    }
}
