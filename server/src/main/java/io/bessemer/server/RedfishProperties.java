package io.bessemer.server;

import io.bessemer.redfish.client.RedfishSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.redfish.*`: how patient we are with BMCs that speak Redfish.
///
/// @param connectTimeout to TCP and TLS
/// @param requestTimeout one request with its login and all of its answer
/// @param taskTimeout    what a BMC does as a task, until it is done
/// @param taskPoll       between two looks at a task; a BMC's own wish counts instead, up to ten times this
/// @param sessionIdle    a session that nobody wanted for this long is ended
/// @param parallel       requests to one BMC at a time
@Validated
@ConfigurationProperties("bessemer.redfish")
public record RedfishProperties(
        @DefaultValue("10s") @NotNull @DurationMin(millis = 1) Duration connectTimeout,
        @DefaultValue("60s") @NotNull @DurationMin(millis = 1) Duration requestTimeout,
        @DefaultValue("2m") @NotNull @DurationMin(millis = 1) Duration taskTimeout,
        @DefaultValue("1s") @NotNull @DurationMin(millis = 1) Duration taskPoll,
        @DefaultValue("10m") @NotNull @DurationMin(millis = 1) Duration sessionIdle,
        @DefaultValue("2") @Min(1) @Max(64) int parallel) {

    RedfishSettings settings() {
        return new RedfishSettings(connectTimeout, requestTimeout, taskTimeout, taskPoll, sessionIdle, parallel);
    }
}
