package io.bessemer.server;

import io.bessemer.conductor.pool.HostSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.hosts.*`: how the hosts of pools speak with us.
///
/// @param port            of HTTPS, on the addresses by which ramdisk agents reach us
/// @param tokenLife       of a join token, from when it was put on a config drive
/// @param certificateLife of a host, which asks for the next when two thirds of it are over; 2m to 365d
/// @param reportEvery     by a host's agent when nothing changes
/// @param agentArchive    where a first-boot host fetches the compute agent (tar.gz); empty when its image has it
@Validated
@ConfigurationProperties("bessemer.hosts")
public record HostsProperties(
        @DefaultValue("6387") @Min(1) @Max(65_535) int port,
        @DefaultValue("24h") @NotNull @DurationMin(minutes = 1) Duration tokenLife,
        @DefaultValue("30d") @NotNull @DurationMin(minutes = 2) @DurationMax(days = 365) Duration certificateLife,
        @DefaultValue("10s") @NotNull @DurationMin(seconds = 1) Duration reportEvery,
        @DefaultValue("") String agentArchive) implements CheckedSettings {

    @Override
    public void check() {
        if (!agentArchive.isEmpty() && !agentArchive.matches("https?://[^/\\s]+\\S*")) {
            throw new IllegalArgumentException("bessemer.hosts.agent-archive is '%s'; allowed is a URL such as http://10.0.0.1/agent.tar.gz, or nothing"
                    .formatted(agentArchive));
        }
    }

    HostSettings settings() {
        return new HostSettings(port, tokenLife, certificateLife, reportEvery, HostSettings.defaults().pollWait(),
                agentArchive.isEmpty() ? Optional.empty() : Optional.of(URI.create(agentArchive)));
    }
}
