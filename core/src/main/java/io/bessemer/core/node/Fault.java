package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// Why Bessemer itself put a node into maintenance; Ironic API 1.42. Cleared together with maintenance.
public enum Fault {
    POWER_FAILURE("power failure"),
    CLEAN_FAILURE("clean failure"),
    RESCUE_ABORT_FAILURE("rescue abort failure"),
    SERVICE_FAILURE("service failure");

    private final String wire;

    Fault(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<Fault> fromWire(String text) {
        return Arrays.stream(values()).filter(fault -> fault.wire.equals(text)).findFirst();
    }
}
