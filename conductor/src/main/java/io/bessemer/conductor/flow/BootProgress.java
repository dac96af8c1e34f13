package io.bessemer.conductor.flow;

import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a network boot has come, read from the timeline.
///
/// @param phase the furthest that was seen
/// @param since when its deadline began to run: at its first event, or for transfers at the last
/// @param last  the newest event, empty when nothing but power was seen
public record BootProgress(BootPhase phase, Instant since, Optional<TimelineEvent> last) {
    /// @param events in order of time, from `poweredOn` on
    public static BootProgress of(Instant poweredOn, List<TimelineEvent> events) {
        BootPhase phase = BootPhase.POWER;
        Instant since = poweredOn;
        Optional<TimelineEvent> last = Optional.empty();
        for (TimelineEvent event : events) {
            if (!isBoot(event.phase()) || event.at().isBefore(poweredOn)) {
                continue;
            }
            last = Optional.of(event);
            boolean transfer = event.phase() == BootPhase.LOADER || event.phase() == BootPhase.KERNEL;
            if (event.phase().compareTo(phase) > 0 || event.phase() == phase && transfer) {
                phase = event.phase();
                since = event.at();
            }
        }
        return new BootProgress(phase, since, last);
    }

    private static boolean isBoot(BootPhase phase) {
        return switch (phase) {
            case DHCP, LOADER, SCRIPT, KERNEL -> true;
            case POWER, AGENT, COMMAND, DISK_BOOT, HOST, HYPERVISOR -> false;
        };
    }
}
