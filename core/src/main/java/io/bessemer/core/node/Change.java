package io.bessemer.core.node;

import io.bessemer.core.flow.FlowUpdate;
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
public record Change(Node before, Node after, List<HistoryEntry> history, List<TimelineEvent> timeline, FlowUpdate flow) {
    public Change {
        Objects.requireNonNull(flow, "flow");
        if (!before.id().equals(after.id())) {
            throw new IllegalArgumentException("a change is of one node, not of " + before.id() + " and " + after.id());
        }
        history = List.copyOf(history);
        timeline = List.copyOf(timeline);
    }

    /// The same, made from the node as it really was: a store may write no more than what differs from `before`.
    public Change from(Node read) {
        return new Change(read, after, history, timeline, flow);
    }

    /// A change of fields alone.
    public static Change of(Node before, Node after) {
        return new Change(before, after, List.of(), List.of(), new FlowUpdate.None());
    }
}
