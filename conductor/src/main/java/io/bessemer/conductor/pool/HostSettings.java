package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import java.time.Duration;

/// How hosts speak with us.
///
/// @param port            of HTTPS, on every address of ours that machines boot from
/// @param tokenLife       of a join token, from when it was put on a config drive
/// @param certificateLife of a host, which asks for the next when two thirds of it are over; 2 min to 365 days
/// @param reportEvery     by an agent when nothing changes
/// @param pollWait        how long a report may stay open for new orders, at most 30 s
/// @param agents          where a first-boot host fetches the compute agent
public record HostSettings(int port, Duration tokenLife, Duration certificateLife, Duration reportEvery, Duration pollWait, AgentArchives agents) {
    public HostSettings {
        if (certificateLife.compareTo(Duration.ofMinutes(2)) < 0 || certificateLife.compareTo(Duration.ofDays(365)) > 0) {
            throw new Failure.Invalid("bessemer.hosts.certificate-life", "found %s, allowed is 2m to 365d.".formatted(certificateLife));
        }
        if (reportEvery.compareTo(Duration.ofSeconds(1)) < 0 || reportEvery.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new Failure.Invalid("bessemer.hosts.report-every", "found %s, allowed is 1s to 60s.".formatted(reportEvery));
        }
    }

    public static HostSettings defaults() {
        return new HostSettings(6387, Duration.ofHours(24), Duration.ofDays(30), Duration.ofSeconds(10), Duration.ofSeconds(25), AgentArchives.NONE);
    }
}
