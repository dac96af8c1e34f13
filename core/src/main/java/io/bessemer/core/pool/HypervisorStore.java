package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.TimelineEvent;
import java.util.List;
import java.util.Optional;

/// Where hypervisors are kept. A node that is deleted takes its member along.
public interface HypervisorStore {
    /// Makes a node a member, if it is none yet: of two pools that choose it, one gets it.
    ///
    /// @throws Failure.NotFound when the node or the pool is gone
    /// @return empty when the node is a member already
    Optional<Hypervisor> create(Hypervisor hypervisor, List<TimelineEvent> timeline);

    Optional<Hypervisor> find(NodeId node);

    /// In order of creation.
    List<Hypervisor> list();

    List<Hypervisor> ofPool(String pool);

    /// Stores `after` and the timeline in one transaction, if the stored version is that of `after`; raises it.
    ///
    /// @return as stored; empty when somebody else was faster or the member is gone
    Optional<Hypervisor> commit(Hypervisor after, List<TimelineEvent> timeline);

    /// @return false when it was gone already
    boolean delete(NodeId node, List<TimelineEvent> timeline);
}
