package io.bessemer.core.driver;

import java.time.Instant;
import java.util.List;

/// A BMC's event log, or its newest part.
///
/// @param entries  in the whole log
/// @param overflow events were lost, because it was full
/// @param clock    of the BMC, by which events are stamped; null when it is not set
/// @param events   the newest last
public record EventLog(int entries, boolean overflow, Instant clock, List<SystemEvent> events) {
    public EventLog {
        events = List.copyOf(events);
    }
}
