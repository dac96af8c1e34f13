package io.bessemer.conductor.engine;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.node.Node;

/// Who wants to know what becomes of flows; must neither wait nor fail.
public interface FlowObserver {
    /// One is under way: told at each look of the engine at it, before its step runs.
    default void runs(Node node, Flow flow) {}

    /// One has failed, and that is stored.
    default void failed(Flow flow) {}
}
