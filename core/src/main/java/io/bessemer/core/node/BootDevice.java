package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// Boot devices by Ironic's names; the values are those of IPMI 2.0 §28.13 (boot flags, data 2).
public enum BootDevice {
    PXE("pxe"),
    DISK("disk"),
    CDROM("cdrom"),
    BIOS("bios"),
    SAFE("safe"),
    WANBOOT("wanboot");

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
