package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// A NIC of a node, by its MAC address. Components are null where Ironic's API shows null.
///
/// @param address             unique over all ports
/// @param pxeEnabled          whether the machine may boot by it, Ironic API 1.19
/// @param localLinkConnection switch_id, port_id, switch_info; Ironic API 1.19
/// @param physicalNetwork     Ironic API 1.34
/// @param name                unique, Ironic API 1.88
public record Port(
        PortId id,
        NodeId node,
        MacAddress address,
        boolean pxeEnabled,
        Map<String, Object> extra,
        Map<String, Object> internalInfo,
        Map<String, Object> localLinkConnection,
        String physicalNetwork,
        UUID portgroup,
        boolean smartNic,
        String name,
        String description,
        Instant createdAt,
        Instant updatedAt) {

    public Port {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(address, "address");
        extra = JsonCopy.of(extra);
        internalInfo = JsonCopy.of(internalInfo);
        localLinkConnection = JsonCopy.of(localLinkConnection);
    }

    /// A port with nothing but its address, enabled for PXE.
    public static Port of(NodeId node, MacAddress address, Instant now) {
        return new Port(PortId.random(), node, address, true, Map.of(), Map.of(), Map.of(), null, null, false, null, null, now, null);
    }
}
