package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where chassis are kept.
public interface ChassisStore {
    /// @throws Failure.Conflict when the UUID is taken
    Chassis create(Chassis chassis);

    Optional<Chassis> find(UUID id);

    /// in order of creation
    List<Chassis> list();

    /// Replaces everything but the id.
    ///
    /// @throws Failure.NotFound when it is gone
    Chassis update(Chassis chassis);

    /// @throws Failure.Invalid while nodes are in it, as Ironic answers
    /// @return false when it was gone already
    boolean delete(UUID id);
}
