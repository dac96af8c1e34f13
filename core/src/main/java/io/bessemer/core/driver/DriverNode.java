package io.bessemer.core.driver;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.util.Map;

/// What a driver may know of a node.
///
/// @param driverInfo clear text, secrets included; never log it
/// @param knownPower as it was last seen; null when nobody looked yet
/// @param background nobody waits for what is asked: a driver may refuse without a packet while it leaves a silent BMC alone
/// @param learned    the node's `driver_internal_info`, with what [ManagementInterface#learned] told of it before
public record DriverNode(NodeId id, String name, Map<String, Object> driverInfo, Map<String, Object> properties, PowerState knownPower, boolean background,
        Map<String, Object> learned) {
    public DriverNode {
        driverInfo = JsonCopy.of(driverInfo);
        properties = JsonCopy.of(properties);
        learned = JsonCopy.of(learned);
    }

    /// Of a node about which nothing was learned.
    public DriverNode(NodeId id, String name, Map<String, Object> driverInfo, Map<String, Object> properties, PowerState knownPower, boolean background) {
        this(id, name, driverInfo, properties, knownPower, background, Map.of());
    }

    public static DriverNode of(Node node) {
        return new DriverNode(node.id(), node.displayName(), node.driverInfo(), node.properties(), node.powerState(), false, node.driverInternalInfo());
    }

    public DriverNode inBackground() {
        return new DriverNode(id, name, driverInfo, properties, knownPower, true, learned);
    }

    @Override
    public String toString() {
        return "DriverNode[" + id + " " + name + "]";
    }
}
