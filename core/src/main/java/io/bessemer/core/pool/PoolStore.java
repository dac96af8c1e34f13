package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Where zones, profiles and pools are kept. Lists are in order of their names.
public interface PoolStore {
    /// @throws Failure.Conflict when the name is taken
    AvailabilityZone create(AvailabilityZone zone);

    Optional<AvailabilityZone> zone(String name);

    List<AvailabilityZone> zones();

    /// Reads, edits and stores in one transaction, so that of two edits at once none is lost. `edit` may run several times.
    ///
    /// @return as stored, empty when there is none
    Optional<AvailabilityZone> updateZone(String name, UnaryOperator<AvailabilityZone> edit);

    /// @throws Failure.Conflict when pools are in it; they are named
    /// @return false when there is none
    boolean deleteZone(String name);

    /// @throws Failure.Conflict when the name is taken
    HostProfile create(HostProfile profile);

    Optional<HostProfile> profile(String name);

    List<HostProfile> profiles();

    /// Like [#updateZone]. Raises the generation when something changed that a host only gets by being imaged again
    /// ([HostProfile#needsImaging]).
    Optional<HostProfile> updateProfile(String name, UnaryOperator<HostProfile> edit);

    /// @throws Failure.Conflict when pools use it; they are named
    /// @return false when there is none
    boolean deleteProfile(String name);

    /// @throws Failure.Conflict when the name is taken
    /// @throws Failure.Invalid when zone or profile do not exist
    HostPool create(HostPool pool);

    Optional<HostPool> pool(String name);

    List<HostPool> pools();

    /// Compare-and-set on the version; raises it.
    ///
    /// @throws Failure.Invalid when the profile does not exist
    /// @return the pool as stored, empty when somebody else was faster or it is gone
    Optional<HostPool> update(HostPool pool);

    /// @throws Failure.Conflict when it has members; scale it to 0 first
    /// @return false when there is none
    boolean deletePool(String name);
}
