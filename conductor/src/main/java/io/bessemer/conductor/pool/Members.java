package io.bessemer.conductor.pool;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.host.protocol.MoveReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// What can be told of a member from its row.
final class Members {
    private Members() {}

    /// Counts towards `limits.max_changing`.
    static boolean changing(Hypervisor member) {
        return switch (member.state()) {
            case DEPLOYING, BOOTSTRAPPING, VERIFYING, DRAINING, REMOVING -> true;
            case ENABLED, QUARANTINED -> false;
        };
    }

    /// Is a host of the pool, or will be.
    static boolean stays(Hypervisor member) {
        return switch (member.state()) {
            case DEPLOYING, BOOTSTRAPPING, VERIFYING, ENABLED -> true;
            case DRAINING -> member.reimage();
            case REMOVING, QUARANTINED -> false;
        };
    }

    static boolean quarantined(Hypervisor member) {
        return member.state() == HypervisorState.QUARANTINED;
    }

    static boolean enabled(Hypervisor member) {
        return member.state() == HypervisorState.ENABLED;
    }

    /// Its agent has not joined since it was deployed, so nobody can have started a guest on it through Bessemer.
    static boolean neverJoined(Hypervisor member) {
        return member.certificateSerial() == null;
    }

    /// Nothing of value can be lost with it: it never joined, or says now that it has no guest.
    static boolean empty(Hypervisor member, Duration silence, Instant now) {
        return neverJoined(member) || member.reportedAt() != null && member.guests().isEmpty() && !silent(member, silence, now, Instant.MIN);
    }

    /// @param aliveSince time before it does not count: nobody was there to be reported to
    static boolean silent(Hypervisor member, Duration silence, Instant now, Instant aliveSince) {
        return lastHeard(member, aliveSince).plus(silence).isBefore(now);
    }

    private static Instant lastHeard(Hypervisor member, Instant aliveSince) {
        Instant heard = member.reportedAt() == null ? member.stateSince() : member.reportedAt();
        return heard.isBefore(aliveSince) ? aliveSince : heard;
    }

    /// Passed all checks of its last verification. One that is in quarantine all the same was a host before.
    static boolean passed(Hypervisor member) {
        return !member.checks().isEmpty() && member.checks().stream().allMatch(check -> check.status().equals("passed"));
    }

    /// As in "g1 (running), g2 (shut off) and 3 more".
    static String guests(Hypervisor member) {
        List<Hypervisor.Guest> guests = member.guests();
        String named = guests.stream().limit(10).map(guest -> "%s (%s)".formatted(guest.name(), guest.state())).collect(Collectors.joining(", "));
        return guests.size() > 10 ? "%s and %d more".formatted(named, guests.size() - 10) : named;
    }

    /// id of the orders that its agent followed when it reported last; empty before
    static String orders(Hypervisor member) {
        return member.facts().get(Facts.ORDERS) instanceof String id ? id : "";
    }

    /// id of the orders by which its agent looked after guests when it reported last; empty before
    static String followed(Hypervisor member) {
        return member.facts().get(Facts.GUEST_ORDERS) instanceof String id ? id : orders(member);
    }

    /// What its agent says of the move of a guest.
    static Optional<MoveReport> move(Hypervisor member, UUID guest) {
        if (!(member.facts().get(Facts.GUEST_MOVES) instanceof Map<?, ?> moves) || !moves.containsKey(guest.toString())) {
            return Optional.empty();
        }
        try {
            return Optional.of(MoveReport.from(Fields.of(moves.get(guest.toString()), "")));
        } catch (DecodeException e) {
            return Optional.empty(); // of another version of the server
        }
    }

    /// States of moves, by guest.
    static Map<String, Object> moveStates(Hypervisor member) {
        Map<String, Object> states = new TreeMap<>();
        if (member.facts().get(Facts.GUEST_MOVES) instanceof Map<?, ?> moves) {
            moves.forEach((guest, move) -> states.put(String.valueOf(guest), move instanceof Map<?, ?> map ? map.get("number") + " " + map.get("state") : ""));
        }
        return states;
    }

    /// States of guests, by guest.
    static Map<String, Object> guestStates(Hypervisor member) {
        Map<String, Object> states = new TreeMap<>();
        member.guests().forEach(guest -> states.put(guest.uuid(), guest.state()));
        return states;
    }

    /// @return `running`, `passed`, `failed`, or empty when nothing was reported of the verification that is wanted
    static String verification(Hypervisor member) {
        return member.facts().get(Facts.VERIFICATION) instanceof Map<?, ?> map && map.get("id") instanceof Number id && id.longValue() == member.verification()
                ? String.valueOf(map.get("state")) : "";
    }
}
