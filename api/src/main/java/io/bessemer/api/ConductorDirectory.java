package io.bessemer.api;

import java.time.Instant;
import java.util.List;

/// Who does node work, for `GET /v1/conductors`.
@FunctionalInterface
public interface ConductorDirectory {
    List<Conductor> list();

    /// @param group   empty string is the default group
    /// @param drivers names of the hardware types that it serves
    record Conductor(String hostname, String group, boolean alive, List<String> drivers, Instant createdAt, Instant updatedAt) {
        public Conductor {
            drivers = List.copyOf(drivers);
        }
    }
}
