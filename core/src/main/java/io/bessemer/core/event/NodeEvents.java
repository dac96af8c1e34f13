package io.bessemer.core.event;

import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// What is told of a change of a node: read off the change itself, so that no change can be forgotten. Types and payloads are Ironic's
/// (`conductor/notification_utils.py`, `TaskManager._notify_provision_state_change`).
public final class NodeEvents {
    /// What a client may edit: the rest of a node is Bessemer's own, and changes many times a deploy.
    private static final List<Function<Node, Object>> EDITABLE = List.of(Node::name, Node::driver, Node::interfaces, Node::driverInfo, Node::instanceInfo,
            Node::properties, Node::extra, Node::networkData, Node::instanceUuid, Node::chassisUuid, Node::parentNode, Node::resourceClass, Node::conductorGroup,
            Node::owner, Node::lessee, Node::description, Node::shard, Node::traits, Node::automatedClean, Node::protectedFromDelete, Node::protectedReason,
            Node::retired, Node::retiredReason, Node::disablePowerOff);

    private NodeEvents() {}

    /// @param after as stored
    public static List<EventDraft> of(Change change, Node after) {
        Node before = change.before();
        List<EventDraft> events = new ArrayList<>();
        for (Change.Move move : change.moves()) {
            events.add(moved(move, after));
        }
        power(change, after, events);
        if (before.maintenance() != after.maintenance()) {
            events.add(EventDraft.of(after, "baremetal.node.maintenance_set.end", Payloads.of(after)));
        }
        if (before.consoleEnabled() != after.consoleEnabled()) {
            events.add(EventDraft.of(after, "baremetal.node.console_set.end", Payloads.of(after)));
        }
        if (change.moves().isEmpty() && EDITABLE.stream().anyMatch(field -> !Objects.equals(field.apply(before), field.apply(after)))) {
            events.add(Events.of(Events.Action.UPDATE, after));
        }
        return events;
    }

    /// A commit may make several moves; each is told with the state that it led to.
    private static EventDraft moved(Change.Move move, Node after) {
        Map<String, Object> data = Payloads.moved(after);
        data.put("provision_state", move.to().wire());
        data.put("target_provision_state", move.targetAfter() == null ? null : move.targetAfter().wire());
        data.put("event", move.event() == null ? null : move.event().wire());
        data.put("previous_provision_state", move.from().wire());
        data.put("previous_target_provision_state", move.targetBefore() == null ? null : move.targetBefore().wire());
        return EventDraft.of(after, "baremetal.node.provision_set." + status(move), data);
    }

    private static String status(Change.Move move) {
        if (move.event() == LifecycleEvent.FAIL) {
            return "error";
        }
        boolean worked = StateClasses.BUSY.contains(move.from());
        boolean works = StateClasses.BUSY.contains(move.to());
        if (worked == works) {
            return "success";
        }
        return works ? "start" : "end";
    }

    private static void power(Change change, Node after, List<EventDraft> events) {
        Node before = change.before();
        if (before.targetPowerState() != null && before.targetPowerState() != after.targetPowerState()) {
            boolean reached = after.powerState() == before.targetPowerState().result() && after.lastError() == null;
            events.add(power(after, reached ? "end" : "error", before.targetPowerState().wire()));
        }
        if (after.targetPowerState() != null && before.targetPowerState() != after.targetPowerState()) {
            events.add(power(after, "start", after.targetPowerState().wire()));
        }
        boolean unasked = before.targetPowerState() == null && after.targetPowerState() == null && before.powerState() != null && after.powerState() != null
                && before.powerState() != after.powerState();
        if (unasked && change.flow() instanceof FlowUpdate.None) { // nobody worked on it: somebody pressed the button
            Map<String, Object> data = Payloads.of(after);
            data.put("from_power", before.powerState().wire());
            events.add(EventDraft.of(after, "baremetal.node.power_state_corrected.success", data));
        } else if (unasked) {
            events.add(power(after, "end", after.powerState().wire()));
        }
    }

    private static EventDraft power(Node node, String status, String target) {
        Map<String, Object> data = Payloads.of(node);
        data.put("to_power", target);
        return EventDraft.of(node, "baremetal.node.power_set." + status, data);
    }
}
