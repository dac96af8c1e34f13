package io.bessemer.notifications;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.CommitResult;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A database, a feed and a relay on it, as in the server, but impatient.
public final class Telling implements AutoCloseable {
    static final RelayPace FAST = new RelayPace(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofMillis(50));

    public final Database database;
    public final EventFeed feed;
    private final Clock clock;
    private Relay relay;

    public Telling(Path directory, Clock clock) {
        this.clock = clock;
        database = Database.open(DatabaseSettings.embedded(), directory, clock);
        feed = new EventFeed(database.events(), 100_000, Duration.ofDays(1), clock);
        feed.start();
    }

    public Telling relay(Optional<Supplier<Sink>> queue) {
        return relay(queue, "c1");
    }

    Telling relay(Optional<Supplier<Sink>> queue, String holder) {
        relay = new Relay(feed, database.webhooks(), database.sinks(), queue, holder, FAST, clock);
        relay.start();
        return this;
    }

    void stopRelay() {
        relay.close();
    }

    public Node node(String name) {
        return database.nodes().create(Node.builder(NodeId.random(), "fake-hardware").name(name).createdAt(clock.instant()).build());
    }

    public Node commit(Node before, Node after) {
        return ((CommitResult.Applied) database.nodes().commit(Change.of(before, after))).node();
    }

    /// Every event so far, numbered.
    List<Event> all() {
        while (database.events().number(100) > 0) {
            // the feed does it too
        }
        return database.events().read(0, 10_000);
    }

    public SinkState await(String sink, Predicate<SinkState> as) {
        await("sink " + sink, () -> database.sinks().find(sink).filter(as).isPresent(), () -> String.valueOf(database.sinks().find(sink)));
        return database.sinks().find(sink).orElseThrow();
    }

    public static void await(String what, BooleanSupplier condition, Supplier<String> seen) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("%s: after 60 s %s".formatted(what, seen.get()));
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        feed.close();
        if (relay != null) {
            relay.close();
        }
        database.close();
    }
}
