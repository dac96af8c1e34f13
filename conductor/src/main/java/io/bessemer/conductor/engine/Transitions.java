package io.bessemer.conductor.engine;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.Lifecycle;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Requester;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Builds a [Change]: fields, transitions with their history, timeline, and what becomes of the flow.
public final class Transitions {
    private final Node before;
    private final Instant now;
    private final String conductor;
    private final List<HistoryEntry> history = new ArrayList<>();
    private final List<TimelineEvent> timeline = new ArrayList<>();
    private final List<Change.Move> moves = new ArrayList<>();
    private Node node;
    private FlowUpdate flow = new FlowUpdate.None();

    private Transitions(Node before, Instant now, String conductor) {
        this.before = before;
        this.node = before;
        this.now = now;
        this.conductor = conductor;
    }

    public static Transitions from(Node before, Instant now, String conductor) {
        return new Transitions(before, now, conductor);
    }

    public Node node() {
        return node;
    }

    public Transitions set(Node changed) {
        node = changed;
        return this;
    }

    /// Moves the node by the lifecycle table.
    ///
    public Transitions move(LifecycleEvent event, Requester by) {
        ProvisionState from = node.provisionState();
        ProvisionState to = Lifecycle.next(from, event);
        Node then = node;
        Node.Builder changed = node.toBuilder().provisionState(to).provisionUpdatedAt(now);
        if (StateClasses.STABLE.contains(to)) {
            changed.targetProvisionState(null);
        } else if (!isInternal(event)) {
            changed.targetProvisionState(StateClasses.target(to).orElse(null));
        }
        ProvisionState targetBefore = node.targetProvisionState();
        node = changed.build();
        moves.add(new Change.Move(from, targetBefore, event, to, node.targetProvisionState()));
        String text = "%s → %s (%s)".formatted(from.wire(), to.wire(), event.wire());
        boolean failed = event == LifecycleEvent.FAIL;
        history.add(new HistoryEntry(UUID.randomUUID(), node.id(), now, conductor, failed ? "ERROR" : "INFO", "provisioning", text, by, null, null, null).of(then));
        if (event != LifecycleEvent.WAIT && event != LifecycleEvent.RESUME) {
            timeline.add(new TimelineEvent(node.id(), now, node.attempt(), BootPhase.COMMAND, "flow", "state", text,
                    Map.of("from", from.wire(), "to", to.wire(), "event", event.wire())));
        }
        return this;
    }

    private static boolean isInternal(LifecycleEvent event) {
        return switch (event) {
            case WAIT, RESUME, FAIL, DONE, HOLD, ABORT -> true;
            case MANAGE, ADOPT, CLEAN, INSPECT, PROVIDE, DEPLOY, UNHOLD, DELETE, REBUILD, RESCUE, SERVICE, UNRESCUE -> false;
        };
    }

    public Transitions target(ProvisionState target) {
        node = node.toBuilder().targetProvisionState(target).build();
        return this;
    }

    /// Replaces whatever flow there is, under the next attempt: what still runs of the old one is fenced off.
    public Transitions start(FlowKind kind, Map<String, Object> args) {
        node = node.toBuilder().attempt(node.attempt() + 1).reservation(conductor).conductor(conductor).build();
        flow = new FlowUpdate.Start(Flow.start(node.id(), kind, node.attempt(), args, now));
        return this;
    }

    /// Ends the flow from outside, under the next attempt.
    public Transitions cancel() {
        node = node.toBuilder().attempt(node.attempt() + 1).reservation(null).build();
        flow = new FlowUpdate.End();
        return this;
    }

    public Transitions end() {
        node = node.toBuilder().reservation(null).build();
        flow = new FlowUpdate.End();
        return this;
    }

    public Transitions save(Flow progress) {
        flow = new FlowUpdate.Save(progress);
        return this;
    }

    public Transitions note(HistoryEntry entry) {
        history.add(entry);
        return this;
    }

    public Transitions observe(List<TimelineEvent> events) {
        timeline.addAll(events);
        return this;
    }

    public Change change() {
        return new Change(before, node, history, timeline, flow, moves);
    }

    /// `memo` with `changes` applied; a null value removes its key.
    static Map<String, Object> merge(Map<String, Object> memo, Map<String, Object> changes) {
        Map<String, Object> merged = new LinkedHashMap<>(memo);
        changes.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }
}
