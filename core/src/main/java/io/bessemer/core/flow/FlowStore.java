package io.bessemer.core.flow;

import io.bessemer.core.node.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads flows; they are written by [io.bessemer.core.node.NodeStore#commit].
public interface FlowStore {
    Optional<Flow> find(NodeId node);

    /// The attempt of each node's flow; nodes without a flow are missing.
    Map<NodeId, Long> attempts(Collection<NodeId> nodes);

    List<Flow> list();
}
