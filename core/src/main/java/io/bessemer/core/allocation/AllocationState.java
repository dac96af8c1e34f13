package io.bessemer.core.allocation;

import java.util.Arrays;
import java.util.Optional;

/// Ironic's words.
public enum AllocationState {
    /// a node is looked for
    ALLOCATING("allocating"),
    /// it has its node
    ACTIVE("active"),
    /// no node fitted: `last_error` says why. It stays so; its client deletes it and asks anew.
    ERROR("error");

    private final String wire;

    AllocationState(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<AllocationState> fromWire(String text) {
        return Arrays.stream(values()).filter(state -> state.wire.equals(text)).findFirst();
    }
}
