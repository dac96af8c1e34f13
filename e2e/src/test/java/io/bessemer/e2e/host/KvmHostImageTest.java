package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.program.CommandFailedException;
import io.bessemer.e2e.host.HostMachine.Hardware;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.images.build.LibvirtHostImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Builds the image of a host, boots it on emulated hardware (whose `svm` makes `/dev/kvm` real), and is its server. Takes minutes.
@Tag("qemu")
@Tag("slow")
class KvmHostImageTest {
    private static final String GUEST = "<domain type='kvm'><name>g1</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>";

    @TempDir
    Path directory;

    @Test
    void a_host_joins_passes_its_checks_and_lets_in_only_those_with_a_certificate() throws Exception {
        var stranger = new Authority(directory.resolve("other"), "others");
        try (var host = HostMachine.start(directory, LibvirtHostImage.kvm(HostMachine.AGENT_BUILD), Hardware.of("max", 1536), HostMachine.orders(HostPhase.VERIFYING, "kvm", 1))) {
            Path friend = host.authority().client("ops", host.authority()); // early: the host's clock may be some seconds behind, and a certificate not valid yet
            host.with(() -> {
                HostServer server = host.server();
                host.joined();
                HostReport verified = host.verified(1);
                HostMachine.assertPassed(verified);
                assertThat(verified.facts()).containsKeys("os", "kernel", "cpu", "interfaces").containsEntry("uri", "qemu:///system");
                assertThat(HostMachine.hypervisor(verified)).containsEntry("kind", "kvm").containsEntry("emulated", false).containsKey("version");
                assertThat(verified.guests()).as("the canary is no guest").isEmpty();
                assertThat(server.joins).isEqualTo(1);
                server.order(HostMachine.orders(HostPhase.ENABLED, "kvm", 1));

                String uri = host.uri("qemu", friend);
                assertThat(HostMachine.virsh(uri, "list", "--all")).doesNotContain("bessemer-canary");
                assertThatThrownBy(() -> HostMachine.virsh(host.uri("qemu", stranger.client("eve", host.authority())), "list")).isInstanceOf(CommandFailedException.class);
                Path nobody = Files.createDirectories(directory.resolve("nobody"));
                Files.writeString(nobody.resolve("cacert.pem"), host.authority().certificate());
                assertThatThrownBy(() -> HostMachine.virsh(host.uri("qemu", nobody), "list")).isInstanceOf(CommandFailedException.class);

                int before = server.reported();
                long defined = System.nanoTime();
                HostMachine.virsh(uri, "define", Files.writeString(directory.resolve("guest.xml"), GUEST).toString());
                server.await("the guest", before, Duration.ofSeconds(30), report -> report.guests().stream().anyMatch(guest -> guest.name().equals("g1") && guest.state().equals("shut off")));
                System.out.printf("a guest was reported %.1f s after its definition began%n", HostMachine.seconds(defined));

                HostOrders leaving = HostMachine.orders(HostPhase.LEAVING, "kvm", 1);
                server.order(leaving);
                server.await("the leaving orders", before, Duration.ofSeconds(60), report -> report.orders().equals(leaving.id()));
                awaitClosed(uri);
            });
        }
    }

    private static void awaitClosed(String uri) throws Exception {
        for (int i = 0; i < 60; i++) {
            try {
                HostMachine.virsh(uri, "list");
            } catch (CommandFailedException e) {
                return;
            }
            Thread.sleep(1000);
        }
        throw new AssertionError("a host that left still lets clients in");
    }
}
