package io.bessemer.core.plan;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where plans of one kind are kept.
public interface PlanStore<T extends Plan> {
    /// Stores it at version 1.
    ///
    /// @throws Failure.Conflict when the UUID is taken
    /// @throws Failure.NameAlreadyExists when the name is
    T create(T plan);

    Optional<T> find(UUID id);

    Optional<T> findByName(String name);

    /// In order of creation.
    List<T> list();

    /// Stores everything but the id, if the stored version is that of `after`; raises it.
    ///
    /// @return as stored; empty when somebody else was faster or it is gone
    /// @throws Failure.NameAlreadyExists when the new name is taken
    Optional<T> update(T after);

    /// @return false when it was gone already
    boolean delete(UUID id);

    /// @return how many there were
    int deleteAll();
}
