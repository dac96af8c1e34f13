package io.bessemer.core.plan;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// What all that operators write down has in common. A plan is stored and read as a whole, and found by its id or name alone.
public sealed interface Plan permits DeployTemplate, Runbook, InspectionRule {
    UUID id();

    /// unique among its kind; null when it has none
    String name();

    /// guards updates
    long version();

    Instant createdAt();

    /// null until the first change
    Instant updatedAt();

    /// All else, as JSON. The kind's `of` reads it back.
    Map<String, Object> body();
}
