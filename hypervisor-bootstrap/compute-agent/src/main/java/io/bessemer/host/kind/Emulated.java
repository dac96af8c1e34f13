package io.bessemer.host.kind;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// QEMU, with the kernel's help or without.
abstract class Emulated implements Hypervisor {
    @Override
    public String uri() {
        return "qemu:///system";
    }

    @Override
    public Optional<String> validated() {
        return Optional.of("qemu");
    }

    @Override
    public String canaryXml(Canary canary) {
        return """
                <domain type='%s'><name>%s</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>
                <os><type>hvm</type><kernel>%s</kernel><initrd>%s</initrd><cmdline>console=ttyS0 quiet panic=1 canary=%s</cmdline></os>
                <features><acpi/></features>
                <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>
                <devices><serial type='file'><source path='%s'/></serial><memballoon model='none'/><controller type='usb' model='none'/></devices></domain>
                """.formatted(name(), canary.name(), canary.kernel(), canary.initrd(), canary.word(), canary.console());
    }

    /// With `/dev/kvm`.
    public static final class Kvm extends Emulated {
        @Override
        public String name() {
            return "kvm";
        }

        @Override
        public boolean needsKvm() {
            return true;
        }
    }

    /// Emulation alone: slow, for tests and for CPUs without the extension.
    public static final class Qemu extends Emulated {
        @Override
        public String name() {
            return "qemu";
        }

        @Override
        public boolean needsKvm() {
            return false;
        }

        @Override
        public boolean emulates() {
            return true;
        }

        /// A kernel takes tens of times longer to boot.
        @Override
        public Duration canaryLimit() {
            return Duration.ofMinutes(15);
        }

        @Override
        public List<String> expectedFailures() {
            return List.of("hardware virtualization", "/dev/kvm");
        }
    }
}
