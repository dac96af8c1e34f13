package io.bessemer.core.node;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/// A virtual interface, such as a port of Neutron, that is plugged into a port or a port group of a node: one of the two, the other is null.
///
/// @param id the client's name or UUID of it, unique within the node
public record Vif(NodeId node, String id, PortId port, UUID portgroup, Instant attachedAt) {
    /// under which `internal_info` of the port or port group shows it
    public static final String KEY = "tenant_vif_port_id";

    public Vif {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(id, "id");
        if ((port == null) == (portgroup == null)) {
            throw new IllegalArgumentException("VIF %s wants a port or a port group".formatted(id));
        }
    }
}
