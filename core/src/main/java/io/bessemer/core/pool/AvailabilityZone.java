package io.bessemer.core.pool;

import java.time.Instant;

/// What fails together, and what a user of the cloud chooses: Nova's and CloudStack's zone.
///
/// @param name        unique, see [PoolNames#zone]
/// @param description null when not set
/// @param updatedAt   null until the first change
public record AvailabilityZone(String name, String description, Instant createdAt, Instant updatedAt) {
    public AvailabilityZone {
        PoolNames.zone("name", name);
    }
}
