package io.bessemer.conductor.engine;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.node.Node;

/// Who wants to know that a flow is under way. Told at each look of the engine at it, before its step runs; must neither wait nor fail.
public interface FlowObserver {
    FlowObserver NONE = (_, _) -> {};

    void runs(Node node, Flow flow);
}
