package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.HostCheck;
import io.bessemer.e2e.host.HostMachine.Hardware;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.images.build.LibvirtHostImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A host whose GRUB starts Xen, and Xen Linux as its first domain.
@Tag("qemu")
@Tag("slow")
class XenHostImageTest {
    /// Xen knows this model as one whose registers it must restore at once (LazyFPU). On others, as `max` and those of AMD, it waits for their first use, and under
    /// QEMU 7.2 a program of the first domain then goes on with another's XMM registers as soon as a guest runs: the agent's JVM dies of SIGSEGV.
    /// It has no SMAP. Xen runs its first domain's kernel in ring 3, where that kernel uses IRET, and QEMU before 9.1 reads the stack of such an IRET with the rights
    /// of ring 0, which SMAP denies: the domain dies with `#PF[0001]` before its first line.
    /// It is Intel's. Xen takes SYSENTER from what it calls an AMD processor, without which libvirt 9.0 knows no model for it and its Xen driver does not start.
    /// MWAIT, by which Xen idles on those, does not wake under emulation.
    private static final String CPU = "Nehalem,-monitor";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_host_runs_a_paravirtualized_canary_and_lists_no_domain_of_its_own(boolean uefi) throws Exception {
        Hardware hardware = Hardware.of(CPU, 2560);
        try (var host = HostMachine.start(directory, LibvirtHostImage.xen(HostMachine.AGENT_BUILD), uefi ? hardware.withUefi() : hardware,
                HostMachine.orders(HostPhase.VERIFYING, "xen", 1))) {
            Path keys = host.authority().client("ops", host.authority()); // early: the host's clock may be some seconds behind, and a certificate not valid yet
            host.with(() -> {
                host.joined();
                HostReport verified = host.verified(1);
                HostMachine.assertPassed(verified);
                assertThat(HostMachine.check(verified, HostCheck.CANARY).detail()).startsWith("a xen guest with this host's kernel booted in ");
                assertThat(verified.facts()).containsEntry("uri", "xen:///system");
                assertThat(HostMachine.hypervisor(verified)).containsEntry("kind", "xen").containsEntry("emulated", false);
                assertThat(HostMachine.hypervisor(verified).get("version").toString()).startsWith("4.17.");
                assertThat(HostMachine.hypervisor(verified).get("os_types").toString()).contains("xen");
                assertThat(verified.guests()).as("neither Domain-0 nor the canary is a guest").isEmpty();
                assertThat(verified.capacity().vcpus()).isEqualTo(2);
                assertThat(verified.capacity().memoryMib()).as("without Domain-0's").isBetween(1200L, 1536L);
                host.server().order(HostMachine.orders(HostPhase.ENABLED, "xen", 1));
                String uri = host.uri("xen", keys);
                assertThat(HostMachine.virsh(uri, "list", "--all")).contains("Domain-0").doesNotContain("bessemer-canary");
            });
        }
    }
}
