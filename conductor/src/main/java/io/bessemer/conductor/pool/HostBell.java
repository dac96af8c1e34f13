package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;

/// Tells a host's long poll that its orders may have changed.
@FunctionalInterface
public interface HostBell {
    void ring(NodeId node);
}
