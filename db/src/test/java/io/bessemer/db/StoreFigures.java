package io.bessemer.db;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prints how fast the stores are; runs only when asked for: `-Dtest=StoreFigures`.
class StoreFigures {
    @Test
    void h2(@TempDir Path dataDir) throws Exception {
        measure("H2", DatabaseSettings.embedded(), dataDir);
    }

    @Test
    void mariadb(@TempDir Path dataDir) throws Exception {
        measure("MariaDB", MariaDbServer.shared().newDatabase(), dataDir);
    }

    private static void measure(String name, DatabaseSettings settings, Path dataDir) throws Exception {
        try (Database database = Database.open(settings, dataDir, Clock.systemUTC())) {
            database.flowQueue((_, _) -> { });
            List<Node> nodes = new ArrayList<>();
            long begin = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                nodes.add(database.nodes().create(Node.builder(NodeId.random(), "ipmi").name("node-" + i)
                        .driverInfo(Map.of("ipmi_address", "10.0.0.1", "ipmi_password", "secret"))
                        .properties(Map.of("cpus", 8, "memory_mb", 65536)).build()));
            }
            double creates = rate(1000, begin);
            database.nodes().list(NodeQuery.all());
            begin = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                database.nodes().list(NodeQuery.all());
            }
            double list = (System.nanoTime() - begin) / 1e7;
            begin = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                commit(database, nodes.get(i), 1);
            }
            double single = rate(1000, begin);
            begin = System.nanoTime();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, 20).forEach(t -> executor.submit(() -> {
                    Node node = database.nodes().find(nodes.get(t).id()).orElseThrow();
                    for (int i = 0; i < 100; i++) {
                        node = commit(database, node, i + 2);
                    }
                }));
            }
            System.out.printf("%s: %.0f creates/s, list of 1,000 nodes %.0f ms, %.0f commits/s by one, %.0f by twenty at once%n",
                    name, creates, list, single, rate(2000, begin));
            for (boolean told : List.of(false, true, false, true)) {
                System.out.printf("%s: %.0f commits/s by twenty at once %s%n", name, edits(database, nodes, told), told ? "with an event each, numbered meanwhile" : "without events");
            }
        }
    }

    /// Edits that are told against such that are not.
    private static double edits(Database database, List<Node> nodes, boolean told) throws Exception {
        AtomicBoolean working = new AtomicBoolean(true);
        Thread numberer = Thread.ofPlatform().start(() -> {
            while (working.get()) {
                database.events().number(200);
                LockSupport.parkNanos(100_000_000); // as the feed
            }
        });
        long begin = System.nanoTime();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 20).forEach(t -> executor.submit(() -> {
                Node node = database.nodes().find(nodes.get(t).id()).orElseThrow();
                for (int i = 0; i < 200; i++) {
                    Node after = told ? node.toBuilder().description("d" + i + begin).build() : node.toBuilder().reservation("r" + i).build();
                    node = ((CommitResult.Applied) database.nodes().commit(new Change(node, after,
                            List.of(HistoryEntry.info(node.id(), Clock.systemUTC().instant(), "c", "provisioning", "moved")), List.of(), new FlowUpdate.None()))).node();
                }
            }));
        }
        double rate = rate(4000, begin);
        working.set(false);
        numberer.join();
        return rate;
    }

    private static Node commit(Database database, Node node, long attempt) {
        CommitResult result = database.nodes().commit(new Change(node, node.toBuilder().attempt(attempt).reservation("c").build(),
                List.of(HistoryEntry.info(node.id(), Clock.systemUTC().instant(), "c", "provisioning", "moved")), List.of(),
                new FlowUpdate.Start(Flow.start(node.id(), FlowKind.DEPLOY, attempt, Map.of(), Clock.systemUTC().instant()))));
        return ((CommitResult.Applied) result).node();
    }

    private static double rate(int count, long begin) {
        return count / ((System.nanoTime() - begin) / 1e9);
    }
}
