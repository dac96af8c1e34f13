package io.bessemer.host.kind;

import java.util.List;
import java.util.Optional;

/// Containers by libvirt's own LXC driver.
public final class Lxc implements Hypervisor {
    @Override
    public String name() {
        return "lxc";
    }

    @Override
    public String uri() {
        return "lxc:///system";
    }

    @Override
    public boolean needsKvm() {
        return false;
    }

    @Override
    public Optional<String> validated() {
        return Optional.of("lxc");
    }

    /// With cgroups of version 2 every group can be frozen, and there is no controller of that name to be found.
    @Override
    public List<String> expectedFailures() {
        return List.of("cgroup 'freezer'");
    }

    @Override
    public String canaryXml(Canary canary) {
        // a container's console can only be a terminal, so this one writes into a folder that it shares with the host
        return """
                <domain type='lxc'><name>%s</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
                <os><type>exe</type><init>/init</init><initarg>%s</initarg><initarg>/console/%s</initarg></os>
                <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>
                <devices><filesystem type='mount'><source dir='%s'/><target dir='/'/><readonly/></filesystem>
                <filesystem type='mount'><source dir='%s'/><target dir='/console'/></filesystem><console type='pty'/></devices></domain>
                """.formatted(canary.name(), canary.word(), canary.console().getFileName(), canary.root(), canary.console().getParent());
    }
}
