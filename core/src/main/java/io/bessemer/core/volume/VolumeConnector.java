package io.bessemer.core.volume;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// By what a node shows itself to storage: an initiator's name, a WWN, an address. Ironic API 1.32.
///
/// @param type        `iqn`, `ip`, `mac`, `wwnn`, `wwpn`, `port` or `portgroup`; others are kept too
/// @param connectorId unique within its type, over all nodes
/// @param updatedAt   null until the first change
public record VolumeConnector(UUID id, NodeId node, String type, String connectorId, Map<String, Object> extra, Instant createdAt, Instant updatedAt) {
    public VolumeConnector {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        extra = JsonCopy.of(extra);
    }
}
