package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// What a machine's power is, as Ironic writes it. "Never asked" is the absence of a value.
public enum PowerState {
    ON("power on"),
    OFF("power off"),
    /// the BMC was asked and could not say
    ERROR("error");

    private final String wire;

    PowerState(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<PowerState> fromWire(String text) {
        return Arrays.stream(values()).filter(state -> state.wire.equals(text)).findFirst();
    }
}
