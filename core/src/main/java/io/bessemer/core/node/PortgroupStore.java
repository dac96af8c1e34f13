package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where port groups are kept.
public interface PortgroupStore {
    /// @throws Failure.Conflict when another port group has the UUID or the address
    /// @throws Failure.NameAlreadyExists when another port group has the name
    /// @throws Failure.NotFound when the node is gone
    Portgroup create(Portgroup group);

    Optional<Portgroup> find(UUID id);

    Optional<Portgroup> findByName(String name);

    Optional<Portgroup> findByAddress(MacAddress address);

    /// in order of creation
    List<Portgroup> ofNode(NodeId node);

    /// in order of creation
    List<Portgroup> list();

    /// Replaces everything but the id, the time of creation and the VIF, which [VifStore] keeps. Stamps `updatedAt`.
    ///
    /// @throws Failure.Conflict when another port group has the address
    /// @throws Failure.NameAlreadyExists when another port group has the name
    /// @throws Failure.NotFound when it, or its node, is gone
    Portgroup update(Portgroup group);

    /// @throws Failure.Invalid while ports are in it, as Ironic answers
    /// @return false when it was gone already
    boolean delete(UUID id);
}
