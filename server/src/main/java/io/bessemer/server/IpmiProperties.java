package io.bessemer.server;

import io.bessemer.ipmi.session.IpmiSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.ipmi.*`: how patient we are with BMCs.
///
/// @param commandTimeout  wait for an answer before the first retransmission; doubles with each further one
/// @param maximumTimeout  where the doubling ends
/// @param retries         retransmissions after the first packet
/// @param controlTimeout  the same as command-timeout for power commands, which some BMCs take long for
/// @param callTimeout     one call with its login, retransmissions and time in the queue
/// @param keepAlive       a session that was silent this long is used once; many BMCs end sessions after 60 s
/// @param sessionIdle     a session that nobody wanted for this long is closed
/// @param breakerFailures calls in a row without any answer, after which power sync leaves a BMC alone; what clients want is always tried
/// @param breakerPause    for how long at first; doubles up to a minute
/// @param eventLoops      threads, each with one socket
@Validated
@ConfigurationProperties("bessemer.ipmi")
public record IpmiProperties(
        @DefaultValue("500ms") @NotNull @DurationMin(millis = 1) Duration commandTimeout,
        @DefaultValue("4s") @NotNull @DurationMin(millis = 1) Duration maximumTimeout,
        @DefaultValue("3") @Min(0) @Max(20) int retries,
        @DefaultValue("3s") @NotNull @DurationMin(millis = 1) Duration controlTimeout,
        @DefaultValue("30s") @NotNull @DurationMin(millis = 1) Duration callTimeout,
        @DefaultValue("40s") @NotNull @DurationMin(millis = 1) Duration keepAlive,
        @DefaultValue("5m") @NotNull @DurationMin(millis = 1) Duration sessionIdle,
        @DefaultValue("3") @Min(1) @Max(1000) int breakerFailures,
        @DefaultValue("10s") @NotNull @DurationMin(millis = 1) Duration breakerPause,
        @DefaultValue("1") @Min(1) @Max(64) int eventLoops) {

    IpmiSettings settings() {
        return new IpmiSettings(commandTimeout, maximumTimeout, retries, controlTimeout, callTimeout, keepAlive, sessionIdle, breakerFailures,
                breakerPause, eventLoops);
    }
}
