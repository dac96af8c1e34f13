package io.bessemer.core.node;

import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.timeline.TimelineEvent;
import java.util.List;
import java.util.Objects;

/// One step in the life of a node: its new fields, what history says of it, and what becomes of its flow. All of it or nothing.
///
/// @param before  the node as it was read, and nothing else; its version guards the commit
/// @param after   the node as it shall be; its version is ignored
/// @param history what `GET /v1/nodes/{id}/history` will show
/// @param timeline what the boot timeline will show
/// @param flow    what becomes of the node's durable work
/// @param moves   by which `after` got its provision state, in order; what listeners are told of
public record Change(Node before, Node after, List<HistoryEntry> history, List<TimelineEvent> timeline, FlowUpdate flow, List<Move> moves) {
    /// One transition of the lifecycle table.
    ///
    /// @param event        null when the state was set without the table
    /// @param targetBefore null for none
    /// @param targetAfter  null for none
    public record Move(ProvisionState from, ProvisionState targetBefore, LifecycleEvent event, ProvisionState to, ProvisionState targetAfter) {}

    public Change {
        Objects.requireNonNull(flow, "flow");
        if (!before.id().equals(after.id())) {
            throw new IllegalArgumentException("a change is of one node, not of " + before.id() + " and " + after.id());
        }
        history = List.copyOf(history);
        timeline = List.copyOf(timeline);
        moves = moves.isEmpty() && before.provisionState() != after.provisionState()
                ? List.of(new Move(before.provisionState(), before.targetProvisionState(), null, after.provisionState(), after.targetProvisionState()))
                : List.copyOf(moves);
    }

    /// Without a move.
    public Change(Node before, Node after, List<HistoryEntry> history, List<TimelineEvent> timeline, FlowUpdate flow) {
        this(before, after, history, timeline, flow, List.of());
    }

    /// The same, made from the node as it really was: a store may write no more than what differs from `before`.
    public Change from(Node read) {
        return new Change(read, after, history, timeline, flow, moves);
    }

    /// A change of fields alone.
    public static Change of(Node before, Node after) {
        return new Change(before, after, List.of(), List.of(), new FlowUpdate.None());
    }
}
