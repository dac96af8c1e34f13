package io.bessemer.core.event;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.volume.VolumeConnector;
import io.bessemer.core.volume.VolumeTarget;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is told of things that are made, changed and removed; of the life of a node see [NodeEvents]. Ironic tells of each twice, `start` and
/// `end`; here the change is done when it is told, so there is the `end` alone.
public final class Events {
    /// What becomes of a thing.
    public enum Action {
        CREATE("create"), UPDATE("update"), DELETE("delete");

        private final String wire;

        Action(String wire) {
            this.wire = wire;
        }
    }

    private Events() {}

    public static EventDraft of(Action action, Node node) {
        return EventDraft.of(node, type("node", action), Payloads.edited(node));
    }

    /// The deletion of a node that cannot be read any more.
    public static EventDraft damaged(NodeId id, String name, String owner, String lessee) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("uuid", id.toString());
        data.put("name", name);
        return new EventDraft(type("node", Action.DELETE), id, owner, lessee, data);
    }

    /// Whose the node is, the store knows.
    public static EventDraft of(Action action, Port port) {
        return new EventDraft(type("port", action), port.node(), null, null, Payloads.of(port));
    }

    public static EventDraft of(Action action, Portgroup group) {
        return new EventDraft(type("portgroup", action), group.node(), null, null, Payloads.of(group));
    }

    public static EventDraft of(Action action, VolumeConnector connector) {
        return new EventDraft(type("volumeconnector", action), connector.node(), null, null, Payloads.of(connector));
    }

    public static EventDraft of(Action action, VolumeTarget target) {
        return new EventDraft(type("volumetarget", action), target.node(), null, null, Payloads.of(target));
    }

    public static EventDraft of(Action action, Chassis chassis) {
        return new EventDraft(type("chassis", action), null, null, null, Payloads.of(chassis));
    }

    /// An allocation is its owner's, whoever owns the node.
    public static EventDraft of(Action action, Allocation allocation) {
        return new EventDraft(type("allocation", action), null, allocation.owner(), null, Payloads.of(allocation));
    }

    public static EventDraft of(Action action, HostPool pool) {
        return new EventDraft("bessemer.host_pool.%s.end".formatted(action.wire), null, null, null, Payloads.of(pool));
    }

    /// A member of a pool came, went, or is in another state.
    ///
    /// @param from state that it was in; null for a new member
    /// @param to   state that it is in; null for one that has left
    public static EventDraft hypervisor(Hypervisor member, String from, String to) {
        Map<String, Object> data = Payloads.of(member);
        data.put("state", to);
        data.put("previous_state", from);
        return new EventDraft("bessemer.hypervisor.state_set." + ("quarantined".equals(to) ? "error" : "success"), null, null, null, data);
    }

    private static String type(String object, Action action) {
        return "baremetal.%s.%s.end".formatted(object, action.wire);
    }
}
