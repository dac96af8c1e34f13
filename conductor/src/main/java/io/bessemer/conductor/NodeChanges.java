package io.bessemer.conductor;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.util.function.Function;

/// Compare-and-set until it holds: a change is worked out anew from the node as it is.
final class NodeChanges {
    private final NodeStore nodes;

    NodeChanges(NodeStore nodes) {
        this.nodes = nodes;
    }

    Node find(NodeId id) {
        return nodes.find(id).orElseThrow(() -> new Failure.NotFound("Node", id.toString()));
    }

    /// @param change may throw a Failure, and may be asked several times
    Node commit(NodeId id, Function<Node, Change> change) {
        Node node = find(id);
        for (;;) {
            switch (nodes.commit(change.apply(node))) {
                case CommitResult.Applied(Node stored) -> {
                    return stored;
                }
                case CommitResult.Changed(Node now) -> node = now;
                case CommitResult.Gone _ -> throw new Failure.NotFound("Node", id.toString());
            }
        }
    }
}
