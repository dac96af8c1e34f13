package io.bessemer.host.kind;

import java.nio.file.Path;
import java.util.Optional;

/// Xen by libvirt's libxl driver, where the host booted as its dom0. A paravirtualized canary, so that no emulator takes part.
public final class Xen implements Hypervisor {
    @Override
    public String name() {
        return "xen";
    }

    @Override
    public String uri() {
        return "xen:///system";
    }

    @Override
    public boolean needsKvm() {
        return false; // Xen itself has the extension, and hides it from dom0
    }

    @Override
    public Optional<String> validated() {
        return Optional.empty();
    }

    @Override
    public String canaryXml(Canary canary) {
        return """
                <domain type='xen'><name>%s</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>
                <os><type>linux</type><kernel>%s</kernel><initrd>%s</initrd><cmdline>console=hvc0 quiet canary=%s</cmdline></os>
                <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>
                <devices><console type='pty'/></devices></domain>
                """.formatted(canary.name(), canary.kernel(), canary.initrd(), canary.word());
    }

    /// libvirt's driver for Xen refuses `VIR_DOMAIN_START_AUTODESTROY`.
    @Override
    public boolean tiesGuests() {
        return false;
    }

    /// libvirt can only give a paravirtualized guest a terminal. Xen's console daemon keeps what is written to it, when it is told to (`xen-customize`).
    @Override
    public Path console(Canary canary) {
        return Path.of("/var/log/xen/console/guest-%s.log".formatted(canary.name()));
    }
}
