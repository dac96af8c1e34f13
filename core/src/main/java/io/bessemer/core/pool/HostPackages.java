package io.bessemer.core.pool;

import java.util.ArrayList;
import java.util.List;

/// The packages of Debian and Ubuntu that a hypervisor, the compute agent and its checks need, beside what every cloud image has.
public final class HostPackages {
    /// openssl: what operators look at certificates with; the rest is libvirt's own needs
    public static final List<String> LIBVIRT = List.of("libvirt-daemon-system", "libvirt-clients", "dnsmasq-base", "iptables", "openssl");
    private static final List<String> EMULATOR = List.of("qemu-system-x86", "qemu-utils", "ovmf", "libvirt-daemon-driver-qemu");
    private static final List<String> CONTAINERS = List.of("libvirt-daemon-driver-lxc");

    private HostPackages() {}

    /// @return empty for Xen, because a host of it has to boot anew under the hypervisor, which an image does; and for a vendor's, whose we do not know
    public static List<String> of(HypervisorKind kind) {
        if (kind.equals(HypervisorKind.KVM) || kind.equals(HypervisorKind.QEMU)) {
            return both(EMULATOR, LIBVIRT);
        }
        return kind.equals(HypervisorKind.LXC) ? both(CONTAINERS, LIBVIRT) : List.of();
    }

    private static List<String> both(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
