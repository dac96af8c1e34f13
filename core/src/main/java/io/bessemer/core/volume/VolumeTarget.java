package io.bessemer.core.volume;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// A remote volume that is meant for a node. Ironic API 1.32.
///
/// @param volumeType `iscsi`, `fibre_channel`; others are kept too
/// @param volumeId   of the block storage service
/// @param bootIndex  unique within the node; 0 is the one to boot from
/// @param properties how to reach it; secrets in it are stored sealed
/// @param updatedAt  null until the first change
public record VolumeTarget(UUID id, NodeId node, String volumeType, String volumeId, int bootIndex, Map<String, Object> properties,
        Map<String, Object> extra, Instant createdAt, Instant updatedAt) {
    public VolumeTarget {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        properties = JsonCopy.of(properties);
        extra = JsonCopy.of(extra);
    }
}
