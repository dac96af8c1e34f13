package io.bessemer.core.pool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What runs guests on a host: libvirt's virtualization types (`virConnectGetCapabilities`, `<domain type=…>`).
public enum HypervisorKind {
    KVM("qemu:///system", true),
    /// emulation, where the CPU has no virtualization extension: for tests, and clearly marked as such
    QEMU("qemu:///system", false),
    LXC("lxc:///system", false),
    XEN("xen:///system", true);

    private final String uri;
    private final boolean hardware;

    HypervisorKind(String uri, boolean hardware) {
        this.uri = uri;
        this.hardware = hardware;
    }

    /// libvirt's connection URI on the host itself.
    public String uri() {
        return uri;
    }

    /// Whether the CPU must have a virtualization extension.
    public boolean needsHardware() {
        return hardware;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<HypervisorKind> fromWire(String text) {
        return Arrays.stream(values()).filter(kind -> kind.wire().equals(text)).findFirst();
    }
}
