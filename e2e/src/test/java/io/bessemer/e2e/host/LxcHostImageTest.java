package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.HostCheck;
import io.bessemer.e2e.host.HostMachine.Hardware;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.images.build.LibvirtHostImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host of containers, on a machine without virtualization extension.
@Tag("qemu")
@Tag("slow")
class LxcHostImageTest {
    /// the canary's root is a container's: busybox
    private static final String CONTAINER = """
            <domain type='lxc'><name>c1</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>exe</type><init>/bin/sleep</init><initarg>1000</initarg></os>
            <devices><filesystem type='mount'><source dir='/usr/lib/bessemer/canary'/><target dir='/'/><readonly/></filesystem><console type='pty'/></devices></domain>
            """;

    @TempDir
    Path directory;

    @Test
    void a_host_runs_a_canary_container_and_those_of_clients_over_tls() throws Exception {
        try (var host = HostMachine.start(directory, LibvirtHostImage.lxc(HostMachine.AGENT_BUILD), Hardware.of("qemu64,-svm", 1024), HostMachine.orders(HostPhase.VERIFYING, "lxc", 1))) {
            Path keys = host.authority().client("ops", host.authority()); // early: the host's clock may be some seconds behind, and a certificate not valid yet
            host.with(() -> {
                host.joined();
                HostReport verified = host.verified(1);
                HostMachine.assertPassed(verified);
                assertThat(HostMachine.check(verified, HostCheck.CANARY).detail()).startsWith("a lxc guest with this host's kernel booted in ");
                assertThat(HostMachine.check(verified, HostCheck.LIBVIRT).detail()).endsWith("domain types lxc");
                assertThat(verified.facts()).containsEntry("uri", "lxc:///system");
                assertThat(HostMachine.hypervisor(verified)).containsEntry("kind", "lxc").containsEntry("emulated", false).containsEntry("os_types", List.of("exe"));
                assertThat(verified.capacity().vcpus()).isEqualTo(2);
                assertThat(verified.capacity().memoryMib()).isBetween(900L, 1024L);
                assertThat(verified.capacity().diskGib()).isBetween(7L, 8L);
                host.server().order(HostMachine.orders(HostPhase.ENABLED, "lxc", 1));

                String uri = host.uri("lxc", keys);
                int before = host.server().reported();
                HostMachine.virsh(uri, "create", Files.writeString(directory.resolve("container.xml"), CONTAINER).toString());
                assertThat(HostMachine.virsh(uri, "list")).contains("c1").contains("running");
                HostReport with = host.server().await("the container", before, Duration.ofSeconds(30), report -> !report.guests().isEmpty());
                assertThat(with.guests()).singleElement().satisfies(guest -> {
                    assertThat(guest.name()).isEqualTo("c1");
                    assertThat(guest.state()).isEqualTo("running");
                    assertThat(guest.memoryMib()).isEqualTo(64);
                });
                assertThat(with.capacity().memoryMibUsed()).isEqualTo(64);
                HostMachine.virsh(uri, "destroy", "c1");
                host.server().await("no container", host.server().reported() - 1, Duration.ofSeconds(30), report -> report.guests().isEmpty());
            });
        }
    }
}
