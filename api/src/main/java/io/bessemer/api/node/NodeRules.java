package io.bessemer.api.node;

import io.bessemer.api.Drivers;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.ChassisStore;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/// What must hold between the fields of a node that a client wrote.
@Component
final class NodeRules {
    private final Drivers drivers;
    private final NodeStore nodes;
    private final ChassisStore chassis;

    NodeRules(Drivers drivers, NodeStore nodes, ChassisStore chassis) {
        this.drivers = drivers;
        this.nodes = nodes;
        this.chassis = chassis;
    }

    Node check(Node node) {
        if (node.protectedReason() != null && !node.protectedFromDelete()) {
            throw new Failure.Invalid("protected_reason", "needs protected to be true.");
        }
        if (node.retiredReason() != null && !node.retired()) {
            throw new Failure.Invalid("retired_reason", "needs retired to be true.");
        }
        if (node.maintenanceReason() != null && !node.maintenance()) {
            throw new Failure.Invalid("maintenance_reason", "needs maintenance to be true.");
        }
        if (node.parentNode() != null) {
            NodeId parent = new NodeId(node.parentNode());
            if (parent.equals(node.id()) || nodes.find(parent).isEmpty()) {
                throw new Failure.Invalid("parent_node", "Node %s cannot be the parent.".formatted(parent));
            }
        }
        if (node.chassisUuid() != null && chassis.find(node.chassisUuid()).isEmpty()) {
            throw new Failure.Invalid("chassis_uuid", "Chassis %s could not be found.".formatted(node.chassisUuid()));
        }
        return node;
    }

    /// The driver is enabled and offers every interface that was chosen.
    void checkDriver(Node node) {
        Map<String, List<String>> offered = drivers.require(node.driver()).interfaces();
        node.interfaces().forEach((kind, chosen) -> {
            List<String> possible = offered.getOrDefault(kind, List.of());
            if (!possible.contains(chosen)) {
                throw new Failure.Invalid(kind + "_interface", "Driver %s does not offer '%s'. Enabled: %s."
                        .formatted(node.driver(), chosen, possible.isEmpty() ? "none" : String.join(", ", possible)));
            }
        });
    }

    /// Interfaces back at the driver's defaults, but for those in `keep` (Ironic API 1.45, `reset_interfaces`).
    Node withDefaultInterfaces(Node node, Set<String> keep) {
        HardwareType driver = drivers.require(node.driver());
        Map<String, String> chosen = new LinkedHashMap<>();
        driver.interfaces().forEach((kind, possible) -> {
            String kept = keep.contains(kind) ? node.interfaces().get(kind) : null;
            if (kept != null) {
                chosen.put(kind, kept);
            } else if (!possible.isEmpty()) {
                chosen.put(kind, possible.getFirst());
            }
        });
        node.interfaces().forEach((kind, value) -> {
            if (keep.contains(kind)) {
                chosen.put(kind, value);
            }
        });
        return NodeFields.with(node, b -> b.interfaces(chosen));
    }
}
