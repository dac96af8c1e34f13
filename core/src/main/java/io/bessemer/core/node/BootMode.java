package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// How firmware boots, by Ironic's names.
public enum BootMode {
    BIOS("bios"),
    UEFI("uefi");

    private final String wire;

    BootMode(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<BootMode> fromWire(String text) {
        return Arrays.stream(values()).filter(mode -> mode.wire.equals(text)).findFirst();
    }
}
