package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// A grouping of nodes that clients keep; nothing is done with it.
///
/// @param description null when not set, at most 255 characters
/// @param updatedAt   null until the first change
public record Chassis(UUID id, String description, Map<String, Object> extra, Instant createdAt, Instant updatedAt) {
    public Chassis {
        Objects.requireNonNull(id, "id");
        extra = JsonCopy.of(extra);
    }
}
