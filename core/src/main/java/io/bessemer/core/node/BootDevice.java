package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// Boot devices by Ironic's names.
public enum BootDevice {
    PXE("pxe"),
    DISK("disk"),
    CDROM("cdrom"),
    BIOS("bios"),
    SAFE("safe"),
    WANBOOT("wanboot"),
    /// the network, by the HTTP client of UEFI firmware
    UEFIHTTP("uefihttp");

    private final String wire;

    BootDevice(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<BootDevice> fromWire(String text) {
        return Arrays.stream(values()).filter(device -> device.wire.equals(text)).findFirst();
    }
}
