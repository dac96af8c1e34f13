package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where ports are kept.
public interface PortStore {
    /// Whose a MAC address is.
    record Owner(NodeId node, boolean pxeEnabled) {
    }

    /// @throws Failure.MacAlreadyExists when another port has the address
    /// @throws Failure.NameAlreadyExists when another port has the name
    /// @throws Failure.NotFound when the node or the port group is gone
    Port create(Port port);

    Optional<Port> find(PortId id);

    Optional<Port> findByAddress(MacAddress address);

    /// What is asked for each packet that a machine sends, without the rest of its port.
    Optional<Owner> ownerOf(MacAddress address);

    /// [#ownerOf] of many at once; those that nobody knows are missing.
    Map<MacAddress, Owner> ownersOf(Collection<MacAddress> addresses);

    Optional<Port> findByName(String name);

    /// in order of creation
    List<Port> ofNode(NodeId node);

    /// @throws Failure.NotFound when the marker is gone
    List<Port> list(PortQuery query);

    /// Replaces everything but the id and the VIF, which [VifStore] keeps.
    ///
    /// @throws Failure.MacAlreadyExists when another port has the address
    /// @throws Failure.NotFound when the port is gone
    Port update(Port port);

    /// @return false when it was gone already
    boolean delete(PortId id);
}
