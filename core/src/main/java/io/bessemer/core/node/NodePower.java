package io.bessemer.core.node;

import io.bessemer.core.lifecycle.ProvisionState;

/// What power sync must know of every node, read for thousands of them at a time.
///
/// @param version of the node that this was read from: another one may have other access to its BMC
/// @param power   null when nobody looked yet
public record NodePower(NodeId id, long version, String driver, PowerState power, ProvisionState provisionState, boolean maintenance, Fault fault) {
    public static NodePower of(Node node) {
        return new NodePower(node.id(), node.version(), node.driver(), node.powerState(), node.provisionState(), node.maintenance(), node.fault());
    }
}
