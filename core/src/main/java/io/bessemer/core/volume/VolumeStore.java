package io.bessemer.core.volume;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where volume connectors and targets are kept. Lists are in order of creation; an update replaces everything but the id and the time of creation,
/// and stamps `updatedAt`.
public interface VolumeStore {
    /// @throws Failure.Conflict when the UUID, or the type with the connector's id, is taken
    /// @throws Failure.NotFound when the node is gone
    VolumeConnector create(VolumeConnector connector);

    Optional<VolumeConnector> connector(UUID id);

    List<VolumeConnector> connectors();

    /// @throws Failure.Conflict when the type with the connector's id is taken
    /// @throws Failure.NotFound when it, or the node, is gone
    VolumeConnector update(VolumeConnector connector);

    /// @return false when it was gone already
    boolean deleteConnector(UUID id);

    /// @throws Failure.Conflict when the UUID, or the node's boot index, is taken
    /// @throws Failure.NotFound when the node is gone
    VolumeTarget create(VolumeTarget target);

    Optional<VolumeTarget> target(UUID id);

    List<VolumeTarget> targets();

    /// @throws Failure.Conflict when the node's boot index is taken
    /// @throws Failure.NotFound when it, or the node, is gone
    VolumeTarget update(VolumeTarget target);

    /// @return false when it was gone already
    boolean deleteTarget(UUID id);
}
