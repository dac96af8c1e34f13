package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Ports of one node that are bonded. Components are null where Ironic's API shows null.
///
/// @param address          unique over all port groups; null when the bond takes a member's
/// @param mode             of the bond, Linux' words; Ironic API 1.26
/// @param properties       of the bond, such as `miimon`; Ironic API 1.26
/// @param standalonePorts  whether a member may also be used by itself, to boot by it or for a VIF of its own
/// @param name             unique
public record Portgroup(
        UUID id,
        NodeId node,
        MacAddress address,
        String mode,
        Map<String, Object> properties,
        Map<String, Object> extra,
        Map<String, Object> internalInfo,
        boolean standalonePorts,
        String name,
        Instant createdAt,
        Instant updatedAt) {

    /// what Ironic takes when nothing is said
    public static final String DEFAULT_MODE = "active-backup";

    public Portgroup {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(mode, "mode");
        properties = JsonCopy.of(properties);
        extra = JsonCopy.of(extra);
        internalInfo = JsonCopy.of(internalInfo);
    }

    public static Portgroup of(NodeId node, Instant now) {
        return new Portgroup(UUID.randomUUID(), node, null, DEFAULT_MODE, Map.of(), Map.of(), Map.of(), true, null, now, null);
    }
}
