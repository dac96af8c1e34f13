package io.bessemer.conductor.engine;

import io.bessemer.core.node.NodeId;

/// Makes the node's flow look at the world soon. A hint: it may be lost, and may come for nothing.
@FunctionalInterface
public interface FlowWaker {
    void wake(NodeId node);
}
