package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.HostCheck;
import io.bessemer.e2e.host.HostMachine.Hardware;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.HostReport.CheckStatus;
import io.bessemer.host.protocol.HostReport.VerificationState;
import io.bessemer.images.build.LibvirtHostImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine whose CPU has no virtualization extension: no host for `kvm`, but one for `qemu`. Its guests are emulated on an emulated machine, so
/// this takes many minutes.
@Tag("qemu")
@Tag("slow")
class EmulatedHostTest {
    @TempDir
    Path directory;

    @Test
    void a_machine_without_extension_is_refused_for_kvm_and_passes_for_qemu() throws Exception {
        try (var host = HostMachine.start(directory, LibvirtHostImage.kvm(HostMachine.AGENT_BUILD), Hardware.of("qemu64,-svm", 2048),
                HostMachine.orders(HostPhase.VERIFYING, "kvm", 1))) {
            host.with(() -> {
                host.joined();
                HostReport refused = host.verified(1);
                assertThat(refused.verification().state()).isEqualTo(VerificationState.FAILED);
                assertThat(refused.verification().checks()).filteredOn(check -> check.status() == CheckStatus.FAILED).extracting(HostReport.Check::check)
                        .contains("cpu", "kvm-device", "libvirt", "canary").doesNotContain("time", "network", "storage");
                assertThat(HostMachine.check(refused, HostCheck.CPU).detail())
                        .isEqualTo("the CPU has neither vmx nor svm. Switch virtualization on in the firmware, or use the hypervisor qemu.");
                assertThat(HostMachine.check(refused, HostCheck.LIBVIRT).detail()).startsWith("libvirt offers the domain types [qemu], not kvm. Switch virtualization on");

                host.server().order(HostMachine.orders(HostPhase.VERIFYING, "qemu", 2));
                HostReport verified = host.verified(2);
                HostMachine.assertPassed(verified);
                assertThat(HostMachine.check(verified, HostCheck.CPU).detail()).isEqualTo("no extension; qemu does without");
                assertThat(HostMachine.check(verified, HostCheck.CANARY).detail()).startsWith("a qemu guest with this host's kernel booted in ");
                assertThat(HostMachine.hypervisor(verified)).containsEntry("kind", "qemu").containsEntry("emulated", true);
                assertThat(verified.capacity().vcpus()).isEqualTo(2);
            });
        }
    }
}
