package io.bessemer.nova;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/// Why a nova-compute is disabled: what Bessemer writes, so that it knows its own from an operator's.
enum DisabledReason {
    NOT_VERIFIED("Bessemer: not verified yet"),
    DRAINING("Bessemer: draining");

    private static final String OURS = "Bessemer: ";
    private static final String LEAVING = OURS + "leaving since ";
    /// Of Nova's option enable_new_services (nova/db/main/api.py).
    private static final String NEW = "New compute service disabled due to config";
    /// twice Nova's service_down_time
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final String text;

    DisabledReason(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /// With the time, which outlives a killed server in no other place.
    static String leaving(Instant now) {
        return LEAVING + now.truncatedTo(ChronoUnit.SECONDS);
    }

    static boolean isLeaving(String reason) {
        return reason.startsWith(LEAVING);
    }

    /// Whether it has been leaving for so long that its nova-compute is not awaited any more.
    static boolean isOverdue(String reason, Instant now) {
        try {
            return isLeaving(reason) && Instant.parse(reason.substring(LEAVING.length())).plus(GRACE).isBefore(now);
        } catch (DateTimeParseException changed) {
            return false;
        }
    }

    /// Not those of operators, nor Nova's own (`AUTO: ...`), which it takes back itself.
    static boolean mayOverride(String reason) {
        return reason.isEmpty() || reason.startsWith(OURS) || reason.startsWith(NEW);
    }
}
