package io.bessemer.conductor;

import java.time.Duration;

/// @param interval    between two readings of a machine's power; zero turns power sync off
/// @param force       puts a machine back into the state it should be in (`force_power_state_during_sync`); otherwise the change is noted
/// @param parallel    BMCs asked at a time; one that has not answered after a second does not count any more
/// @param maxFailures in a row, after which the node goes into maintenance with fault "power failure"
public record PowerSyncSettings(Duration interval, boolean force, int parallel, int maxFailures) {
    public static PowerSyncSettings defaults() {
        return new PowerSyncSettings(Duration.ofSeconds(60), true, 64, 3);
    }
}
