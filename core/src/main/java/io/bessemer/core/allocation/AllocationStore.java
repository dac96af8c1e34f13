package io.bessemer.core.allocation;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where allocations are kept. Which node an allocation has is not changed here but by [NodeStore#commit], in one transaction with the
/// node's side of it: a commit that sets `allocation_uuid` makes that allocation active on the node, one that clears it deletes the
/// allocation. A node that is deleted takes its allocation along.
public interface AllocationStore {
    /// Stores one that has no node yet.
    ///
    /// @throws Failure.Conflict when its UUID is taken
    /// @throws Failure.Conflict when its name is
    Allocation create(Allocation allocation);

    /// Stores one together with the commit by which a node becomes its own; both or neither.
    ///
    /// @param change sets the node's `allocation_uuid`
    /// @return what became of the commit; only when it was applied the allocation is stored
    /// @throws Failure.Conflict, Failure.InstanceAssociated as the two parts do
    NodeStore.CommitResult createOn(Allocation allocation, Change change);

    Optional<Allocation> find(UUID id);

    Optional<Allocation> findByName(String name);

    Optional<Allocation> ofNode(NodeId node);

    /// In order of creation.
    List<Allocation> list();

    /// In order of creation.
    List<Allocation> in(AllocationState state);

    /// Stores name and extra, if the stored version is that of `after`; raises it.
    ///
    /// @return as stored; empty when somebody else was faster or it is gone
    /// @throws Failure.Conflict when the new name is taken
    Optional<Allocation> update(Allocation after);

    /// Ends the search in `error`.
    ///
    /// @return false when it is not `allocating` any more
    boolean fail(UUID id, String reason);

    /// @return false when it has a node, or was gone already
    boolean deleteWithoutNode(UUID id);
}
