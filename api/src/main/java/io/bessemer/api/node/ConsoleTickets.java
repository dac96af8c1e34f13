package io.bessemer.api.node;

import io.bessemer.conductor.Tokens;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/// For browsers, which cannot send a header with a WebSocket: whoever may attach to a console gets an address with a token that is good once,
/// and for a minute. Kept in memory: after a restart a new one is asked for.
@Component
final class ConsoleTickets {
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int MOST = 1000;

    private final Clock clock;
    private final Map<String, Ticket> issued = new HashMap<>();

    ConsoleTickets(Clock clock) {
        this.clock = clock;
    }

    private record Ticket(NodeId node, Instant expires) {}

    /// @param token for the address alone; only its hash is kept
    record Issued(String token, Instant expires) {}

    synchronized Issued issue(NodeId node) {
        issued.values().removeIf(ticket -> !clock.instant().isBefore(ticket.expires));
        if (issued.size() >= MOST) {
            throw new Failure.Conflict("%d addresses of consoles wait to be used. Try again in a minute.".formatted(MOST));
        }
        String token = Tokens.random();
        Instant expires = clock.instant().plus(LIFE);
        issued.put(Tokens.hash(token), new Ticket(node, expires));
        return new Issued(token, expires);
    }

    /// @throws Failure.Unauthorized when it was used, is too old, or was never given out
    synchronized NodeId take(String token) {
        Ticket ticket = issued.remove(Tokens.hash(token));
        if (ticket == null || !clock.instant().isBefore(ticket.expires)) {
            throw new Failure.Unauthorized("This address of a console was used, or is older than %d s. Get a new one by POST /v1/nodes/NODE/console.".formatted(LIFE.toSeconds()));
        }
        return ticket.node;
    }
}
