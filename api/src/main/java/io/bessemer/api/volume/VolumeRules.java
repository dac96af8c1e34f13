package io.bessemer.api.volume;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.util.Map;
import org.springframework.stereotype.Component;

/// When connectors and targets may be edited: a machine that runs may be using them (Ironic: `ConductorManager.update_volume_connector` and its like).
@Component
final class VolumeRules {
    private final NodeFinder nodes;

    VolumeRules(NodeFinder nodes) {
        this.nodes = nodes;
    }

    /// Ironic answers 400, not 404, when the node of a connector or target is unknown.
    private Node node(NodeId id) {
        return nodes.lookUp(id.toString()).orElseThrow(() -> unknown(id));
    }

    /// The node that a connector or target of the caller's shall belong to.
    void requireNode(NodeId id, String action, RequestContext context) {
        Node node = nodes.lookUp(id.toString(), context).orElseThrow(() -> unknown(id));
        Policy.require(context.caller(), action, Owned.by(node));
    }

    private static Failure.Invalid unknown(NodeId id) {
        return new Failure.Invalid("node_uuid", "Node %s could not be found.".formatted(id));
    }

    /// @param what `volume connector`
    void checkChange(NodeId id, String what) {
        Node node = nodes.unlocked(node(id));
        if (node.powerState() != PowerState.OFF) {
            throw poweredOn(node, what + " update");
        }
    }

    /// A node whose power nobody has asked for yet, in a state in which it may be deleted itself, keeps nothing.
    void checkDelete(NodeId id, String what) {
        Node node = nodes.unlocked(node(id));
        boolean neverSeen = node.powerState() == null && StateClasses.DELETE_ALLOWED.contains(node.provisionState());
        if (node.powerState() != PowerState.OFF && !neverSeen) {
            throw poweredOn(node, what + " deletion");
        }
    }

    static void requireMembers(Map<String, Object> members, String... names) {
        for (String name : names) {
            if (members.get(name) == null) {
                throw new Failure.Missing(name, "Send it in the request body.");
            }
        }
    }

    private static Failure.InvalidState poweredOn(Node node, String action) {
        return new Failure.InvalidState("The requested action \"%s\" can not be performed on node \"%s\" while it is in state \"%s\". Power it off first: `baremetal node power off %s`."
                .formatted(action, node.id(), node.powerState() == null ? "unknown power" : node.powerState().wire(), node.displayName()));
    }
}
