package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.pxe.DhcpMode;
import io.bessemer.conductor.pool.AgentArchives;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class HostsPropertiesTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String NAME = "compute-agent-0123456789abcdef.tar.gz";

    @TempDir
    private Path data;

    @Test
    void the_archive_that_was_built_is_offered_at_the_address_by_which_the_host_reaches_us() throws Exception {
        AgentArchives agents = agents("", true);
        assertThat(agents.find(URI.create("http://10.0.0.1:6386"))).isEmpty();
        assertThat(agents.cure()).startsWith("Run: ./bessemer agent build").contains(data.toString());
        Files.createDirectories(data.resolve("boot"));
        Files.writeString(data.resolve("boot").resolve(NAME), "");
        Files.writeString(data.resolve("boot/compute-agent.sha256"), SHA256 + "  " + NAME + "\n");
        assertThat(agents.find(URI.create("http://10.0.1.1:6386")).orElseThrow().url()).hasToString("http://10.0.1.1:8088/boot/files/" + NAME);
        AgentArchives.Archive elsewhere = agents.find(URI.create("http://192.0.2.7:6386")).orElseThrow();
        assertThat(elsewhere.url()).as("no boot server listens at an address of agents alone").hasToString("http://10.0.0.1:8088/boot/files/" + NAME);
        assertThat(elsewhere.sha256()).isEqualTo(SHA256);
        assertThat(agents("", false).find(URI.create("http://10.0.0.1:6386"))).isEmpty();
        assertThat(agents("", false).cure()).contains("bessemer.pxe.enabled is false");
    }

    @Test
    void an_operators_archive_is_taken_instead() {
        AgentArchives.Archive archive = agents("https://files.example/agent.tar.gz", true).find(URI.create("http://10.0.0.1:6386")).orElseThrow();
        assertThat(archive).isEqualTo(new AgentArchives.Archive(URI.create("https://files.example/agent.tar.gz"), SHA256));
    }

    private AgentArchives agents(String given, boolean enabled) {
        var first = new PxeProperties.Interface("eth1", "10.0.0.1/24", DhcpMode.SERVER, "10.0.0.10-10.0.0.20", List.of(), "", List.of(), List.of(), List.of());
        var second = new PxeProperties.Interface("eth2", "10.0.1.1/24", DhcpMode.SERVER, "10.0.1.10-10.0.1.20", List.of(), "", List.of(), List.of(), List.of());
        var pxe = new PxeProperties(enabled, List.of(first, second), false, 67, 68, 4011, 69, 8088, Duration.ofHours(1), Duration.ZERO, Duration.ZERO, false, true, 0);
        return new HostsProperties(6387, Duration.ofHours(24), Duration.ofDays(30), Duration.ofSeconds(10), given, given.isEmpty() ? "" : SHA256.toUpperCase(Locale.ROOT), List.of())
                .settings(new ServerProperties(data, DataSize.ofGigabytes(1), ""), pxe).agents();
    }
}
