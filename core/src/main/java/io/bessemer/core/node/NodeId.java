package io.bessemer.core.node;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// The UUID of a node, as it stands in API paths.
public record NodeId(UUID value) implements Comparable<NodeId> {
    public NodeId {
        Objects.requireNonNull(value, "value");
    }

    public static NodeId random() {
        return new NodeId(UUID.randomUUID());
    }

    /// @throws IllegalArgumentException when `text` is not a UUID
    public static NodeId of(String text) {
        return new NodeId(UUID.fromString(text));
    }

    /// Empty when `text` is not a UUID in its canonical 36-character form.
    public static Optional<NodeId> parse(String text) {
        if (text == null || text.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(text));
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
