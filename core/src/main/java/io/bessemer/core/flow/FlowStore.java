package io.bessemer.core.flow;

import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Optional;

/// Reads flows; they are written by [io.bessemer.core.node.NodeStore#commit].
public interface FlowStore {
    Optional<Flow> find(NodeId node);

    List<Flow> list();
}
