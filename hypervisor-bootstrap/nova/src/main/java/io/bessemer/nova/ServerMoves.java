package io.bessemer.nova;

import io.bessemer.nova.ComputeApi.Migration;
import io.bessemer.nova.ComputeApi.Server;
import io.bessemer.openstack.OpenStackException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Moves servers off a host, a few at a time, by live migration; names those that cannot be moved so.
final class ServerMoves {
    /// nova/compute/api.py: live_migrate
    private static final Set<String> MOVABLE = Set.of("ACTIVE", "PAUSED");
    private static final Set<String> FAILED = Set.of("error", "failed", "cancelled"); // nova/objects/fields.py: migration statuses
    private static final Set<String> ENDED = Set.of("completed", "done", "confirmed", "error", "failed", "cancelled");
    private static final Duration RETRY_AFTER = Duration.ofMinutes(5);
    private static final int MOST_NAMES = 10;

    private final ComputeApi compute;
    private final int atOnce;
    private final Clock clock;

    ServerMoves(ComputeApi compute, int atOnce, Clock clock) {
        this.compute = compute;
        this.atOnce = atOnce;
        this.clock = clock;
    }

    /// Begins what may begin.
    ///
    /// @return how it stands, for people
    String advance(String host, List<Server> servers) throws OpenStackException {
        if (atOnce == 0) {
            return "%s has %s. It waits for their owners to move or delete them.".formatted(host, names(servers));
        }
        Map<String, Migration> latest = compute.liveMigrations(host).stream()
                .collect(Collectors.toMap(Migration::server, Function.identity(), BinaryOperator.maxBy(Comparator.comparing(Migration::createdAt))));
        Instant now = clock.instant();
        var moving = new ArrayList<Server>();
        var waiting = new ArrayList<Server>();
        var staying = new ArrayList<String>();
        for (Server server : servers) {
            Migration last = latest.get(server.id());
            if (server.status().equals("MIGRATING") || server.taskState().equals("migrating") || last != null && !ENDED.contains(last.status())) {
                moving.add(server);
            } else if (!server.taskState().isEmpty()) {
                staying.add("%s (busy: %s)".formatted(name(server), server.taskState()));
            } else if (server.locked()) {
                staying.add("%s (locked by its owner)".formatted(name(server)));
            } else if (!MOVABLE.contains(server.status())) {
                staying.add("%s (%s: start, migrate or delete it)".formatted(name(server), server.status()));
            } else if (last != null && FAILED.contains(last.status()) && now.isBefore(last.createdAt().plus(RETRY_AFTER))) {
                staying.add("%s (its live migration ended in '%s': openstack server event list %s)".formatted(name(server), last.status(), server.id()));
            } else {
                waiting.add(server);
            }
        }
        for (Server server : waiting) {
            if (moving.size() == atOnce) {
                break;
            }
            compute.liveMigrate(server).ifPresentOrElse(refusal -> staying.add("%s (%s)".formatted(name(server), refusal)), () -> moving.add(server));
        }
        return "%s has %d servers. Moving: %s. Cannot be moved: %s.".formatted(host, servers.size(), moving.isEmpty() ? "none" : names(moving),
                staying.isEmpty() ? "none" : shortened(staying));
    }

    static String names(List<Server> servers) {
        return shortened(servers.stream().map(ServerMoves::name).toList());
    }

    private static String name(Server server) {
        return server.name() + " " + server.id();
    }

    private static String shortened(List<String> names) {
        String shown = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? shown : shown + " and %d more".formatted(names.size() - MOST_NAMES);
    }
}
