package io.bessemer.core.node;

import java.util.Objects;
import java.util.UUID;

/// The UUID of a port.
public record PortId(UUID value) {
    public PortId {
        Objects.requireNonNull(value, "value");
    }

    public static PortId random() {
        return new PortId(UUID.randomUUID());
    }

    /// @throws IllegalArgumentException when `text` is not a UUID
    public static PortId of(String text) {
        return new PortId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
