package io.bessemer.server;

import io.bessemer.conductor.pool.AgentArchives;
import io.bessemer.conductor.pool.HostSettings;
import io.bessemer.images.build.ComputeAgentArchive;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
/// @param agentArchive    where first-boot hosts fetch the compute agent (tar.gz) instead of from us; empty for the archive that `./bessemer agent build` made
/// @param agentArchiveSha256 hex, of the file behind `agent-archive`; empty when it is not to be checked
/// @param hypervisors  names of vendors' hypervisors that profiles may use beside kvm, qemu, lxc and xen; the agents' part is on the hosts' images
@Validated
@ConfigurationProperties("bessemer.hosts")
public record HostsProperties(
        @DefaultValue("6387") @Min(1) @Max(65_535) int port,
        @DefaultValue("24h") @NotNull @DurationMin(minutes = 1) Duration tokenLife,
        @DefaultValue("30d") @NotNull @DurationMin(minutes = 2) @DurationMax(days = 365) Duration certificateLife,
        @DefaultValue("10s") @NotNull @DurationMin(seconds = 1) Duration reportEvery,
        @DefaultValue("") @Pattern(regexp = "|https?://[^\\s/@]+/\\S*", message = "must be an http or https URL without a user name") String agentArchive,
        @DefaultValue("") @Pattern(regexp = "|[0-9a-fA-F]{64}", message = "must be the 64 hexadecimal digits of a SHA-256") String agentArchiveSha256,
        @DefaultValue List<@Pattern(regexp = "[a-z][a-z0-9-]{0,15}") String> hypervisors) {

    HostSettings settings(ServerProperties server, PxeProperties pxe) {
        return new HostSettings(port, tokenLife, certificateLife, reportEvery, HostSettings.defaults().pollWait(),
                agentArchive.isEmpty() ? new OwnAgentArchive(server.bootDirectory(), pxe)
                        : new GivenAgentArchive(new AgentArchives.Archive(URI.create(agentArchive), agentArchiveSha256.toLowerCase(Locale.ROOT))));
    }

    /// The one that an operator keeps somewhere else.
    private record GivenAgentArchive(Archive archive) implements AgentArchives {
        @Override
        public Optional<Archive> find(URI server) {
            return Optional.of(archive);
        }

        @Override
        public String cure() {
            return "Correct bessemer.hosts.agent-archive";
        }
    }

    /// Among our boot files, which the boot servers' HTTP gives.
    private record OwnAgentArchive(Path boot, PxeProperties pxe) implements AgentArchives {
        @Override
        public Optional<Archive> find(URI server) {
            return pxe.enabled() ? ComputeAgentArchive.find(boot).map(found -> new Archive(
                    URI.create("http://%s:%d/boot/files/%s".formatted(bootAddress(server.getHost()), pxe.httpPort(), found.name())), found.sha256())) : Optional.empty();
        }

        /// The one by which the host reaches us, unless agents have an address of their own, on which no boot server listens.
        private String bootAddress(String reached) {
            List<String> addresses = pxe.parsedInterfaces().stream().map(on -> on.address().getHostAddress()).toList();
            return addresses.contains(reached) ? reached : addresses.getFirst();
        }

        @Override
        public String cure() {
            return pxe.enabled() ? "Run: ./bessemer agent build (with --data-dir, if the server has one; it is kept in %s), or set bessemer.hosts.agent-archive"
                    .formatted(boot) : "This server serves none, because bessemer.pxe.enabled is false: set bessemer.hosts.agent-archive to a URL of it";
        }
    }
}
