package io.bessemer.core.driver;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.util.Map;

/// What a driver may know of a node.
///
/// @param driverInfo clear text, secrets included; never log it
public record DriverNode(NodeId id, String name, Map<String, Object> driverInfo, Map<String, Object> properties) {
    public DriverNode {
        driverInfo = JsonCopy.of(driverInfo);
        properties = JsonCopy.of(properties);
    }

    public static DriverNode of(Node node) {
        return new DriverNode(node.id(), node.displayName(), node.driverInfo(), node.properties());
    }

    @Override
    public String toString() {
        return "DriverNode[" + id + " " + name + "]";
    }
}
