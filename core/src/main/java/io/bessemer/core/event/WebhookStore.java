package io.bessemer.core.event;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where webhooks are kept.
public interface WebhookStore {
    /// It is told of what comes after now.
    ///
    /// @throws Failure.NameAlreadyExists when the name is taken
    /// @throws Failure.Conflict when the UUID is taken
    Webhook create(Webhook webhook);

    Optional<Webhook> find(UUID id);

    Optional<Webhook> findByName(String name);

    /// In order of creation.
    List<Webhook> list();

    /// Raises the version; empty when it is gone or was changed since it was read.
    ///
    /// @throws Failure.NameAlreadyExists when the new name is taken
    Optional<Webhook> update(Webhook webhook);

    /// With how far it was told.
    ///
    /// @return false when it was gone already
    boolean delete(UUID id);
}
