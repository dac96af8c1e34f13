package io.bessemer.db;

import java.time.Instant;

/// A row of table `plans`, filled by position.
record PlanRow(String kind, String uuid, long version, String name, String body, Instant createdAt, Instant updatedAt) {}
