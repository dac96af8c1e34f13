package io.bessemer.core.flow;

import io.bessemer.core.node.NodeId;
import java.time.Instant;

/// Makes a conductor look at a node's flow. The database calls it inside the transaction that stores the flow, so that neither
/// exists without the other.
public interface FlowQueue {
    /// Takes part in the caller's transaction. Repeating it only moves the time.
    void schedule(NodeId node, Instant at);

    /// What was scheduled is committed and can be seen now. A hint.
    default void committed() {}
}
