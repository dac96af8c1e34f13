package io.bessemer.server;

import io.bessemer.api.event.EventSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.events.*`: what happened, for those who follow it.
///
/// @param keepFor   how long an event is kept; whoever was away for longer must read the things themselves anew
/// @param keepMost  the newest so many are kept, some 2.5 KB each in the database
/// @param streams   open at a time
/// @param heartbeat a stream on which nothing happens says so, so that proxies keep it open
@Validated
@ConfigurationProperties("bessemer.events")
public record EventProperties(
        @DefaultValue("3d") @NotNull @DurationMin(minutes = 1) Duration keepFor,
        @DefaultValue("50000") @Min(1_000) @Max(10_000_000) long keepMost,
        @DefaultValue("100") @Min(1) @Max(10_000) int streams,
        @DefaultValue("15s") @NotNull @DurationMin(seconds = 1) Duration heartbeat) {

    EventSettings settings() {
        return EventSettings.of(streams, heartbeat);
    }
}
