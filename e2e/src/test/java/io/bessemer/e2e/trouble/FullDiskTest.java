package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.CommitResult;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import io.bessemer.db.DatabaseStartException;
import io.bessemer.e2e.trouble.Site.Answer;
import io.bessemer.lab.simulated.SimulatedMachine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of the data directory is full, for real.
@Tag("root")
class FullDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void a_database_without_room_refuses_to_store_stays_readable_and_goes_on() throws Exception {
        DatabaseSettings settings = new DatabaseSettings(null, null, null, 8, 16 * MIB);
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 40);
                Database database = Database.open(settings, disk.directory(), Clock.systemUTC())) {
            AtomicInteger back = new AtomicInteger();
            database.whenRoomIsBack(back::incrementAndGet);
            Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").name("web-1").build());
            disk.fillUpTo(0);
            assertThatThrownBy(() -> edit(database, node, "1")).isInstanceOf(Failure.StorageFull.class)
                    .hasMessage(("The disk of the data directory %s is full: 0 bytes are free, and 16777216 are kept so that the database stays readable. "
                            + "Nothing was stored. Free space there, then repeat the request; no restart is needed.").formatted(disk.directory()));
            assertThat(database.nodes().findByName("web-1").orElseThrow().description()).isNull();
            assertThatThrownBy(() -> database.nodes().delete(node.id())).isInstanceOf(Failure.StorageFull.class);
            assertThatThrownBy(() -> Database.open(settings, disk.directory(), Clock.systemUTC())).isInstanceOf(DatabaseStartException.class)
                    .hasMessageContaining("0 bytes are free").hasMessageEndingWith("Free space there, then start again.");
            assertThat(back).hasValue(0);
            disk.empty();
            edit(database, node, "2");
            assertThat(database.nodes().findByName("web-1").orElseThrow().description()).isEqualTo("2");
            assertThat(back).hasValue(1);
        }
    }

    /// Another program may take the last byte between the look and the write: H2 meets ENOSPC then, and closes the database. How long the
    /// pool takes to find its way back varies from a second to more than a minute: see docs/flaky-tests.md.
    @Test
    @Tag("slow")
    void a_database_that_H2_closed_over_a_full_disk_is_opened_again_with_all_that_was_committed() throws Exception {
        Map<NodeId, Integer> committed = new ConcurrentHashMap<>();
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 24)) {
            DatabaseSettings settings = new DatabaseSettings(null, null, null, 8, 0);
            try (Database database = Database.open(settings, disk.directory(), Clock.systemUTC())) {
                List<NodeId> ids = java.util.stream.IntStream.range(0, 6)
                        .mapToObj(i -> database.nodes().create(Node.builder(NodeId.random(), "fake").name("web-" + i).build()).id()).toList();
                AtomicBoolean stop = new AtomicBoolean();
                AtomicInteger refused = new AtomicInteger();
                AtomicInteger afterwards = new AtomicInteger();
                AtomicBoolean freed = new AtomicBoolean();
                Map<String, Integer> wrong = new ConcurrentHashMap<>();
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (NodeId id : ids) {
                        threads.submit(() -> {
                            for (int i = 0; !stop.get(); i++) {
                                try {
                                    Node node = database.nodes().find(id).orElseThrow();
                                    edit(database, node, i + " " + "x".repeat(2000));
                                    committed.put(id, i);
                                    if (freed.get()) {
                                        afterwards.incrementAndGet();
                                    }
                                } catch (Failure.StorageFull e) {
                                    refused.incrementAndGet();
                                } catch (RuntimeException e) {
                                    wrong.merge(e.toString(), 1, Integer::sum);
                                }
                            }
                        });
                    }
                    try {
                        Site.until("every node was edited", () -> committed.size() == ids.size());
                        disk.fillUpTo(0);
                        Site.until("writers met the full disk", () -> refused.get() >= 6);
                        assertThat(database.nodes().list(io.bessemer.core.node.NodeQuery.all())).as("readable").hasSize(ids.size());
                        disk.empty();
                        freed.set(true);
                        Site.until("writers go on", () -> afterwards.get() >= 6);
                    } finally {
                        stop.set(true); // or the writers would go on, and be waited for
                    }
                }
                assertThat(wrong).as("failures in other words").isEmpty();
                assertKept(database, committed);
            }
            try (Database again = Database.open(settings, disk.directory(), Clock.systemUTC())) {
                assertKept(again, committed);
            }
        }
    }

    /// A commit that was told to have failed may have happened; one that was told to have happened has.
    private static void assertKept(Database database, Map<NodeId, Integer> committed) {
        committed.forEach((id, count) -> {
            String text = database.nodes().find(id).orElseThrow().description();
            assertThat(Integer.parseInt(text.substring(0, text.indexOf(' ')))).isGreaterThanOrEqualTo(count);
        });
    }

    @Test
    void a_server_without_room_says_so_and_its_nodes_finish_what_they_were_doing_once_there_is_some() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("data"), 200); ImageHost images = new ImageHost();
                Site site = Site.start(directory, 3301, 3, "--bessemer.conductor.agent-lost=8s", "--bessemer.conductor.boot.dhcp=5s")) {
            SimulatedMachine writing = site.machine(0);
            SimulatedMachine booting = site.machine(1);
            SimulatedMachine idle = site.machine(2);
            site.makeAvailable(writing);
            site.enrol(booting);
            site.provision(booting.spec().name(), "manage");
            site.await(booting.spec().name(), "manageable");
            site.enrol(idle);
            writing.faults().chunkDelay = Duration.ofSeconds(5); // of two chunks
            site.set(writing.spec().name(), "/instance_info", Map.of("image_source", images.url()));
            site.provision(writing.spec().name(), "active");
            booting.faults().firmwareDelay = Duration.ofSeconds(4);
            Site.until("the image is being written", () -> events(site, writing).contains("write_image"));
            site.provision(booting.spec().name(), "inspect");
            site.await(booting.spec().name(), "inspect wait");

            disk.fillUpTo(0);
            String node = "/v1/nodes/" + idle.spec().name();
            var before = site.node(idle.spec().name());
            for (Answer refused : List.of(
                    site.call("PATCH", node, List.of(Map.of("op", "add", "path", "/description", "value", "lost"))),
                    site.call("PUT", node + "/states/provision", Map.of("target", "manage")),
                    site.call("PUT", node + "/maintenance", Map.of("reason", "no room")),
                    site.call("POST", "/v1/nodes", Map.of("driver", "ipmi")),
                    site.call("DELETE", node, null))) {
                assertThat(refused.expect(507).fault()).startsWith("The disk of the data directory " + site.data() + " is full: 0 bytes are free")
                        .contains("Free space there, then repeat the request; no restart is needed.").doesNotContain("Exception");
            }
            assertThat(events(site, booting)).as("it asks for an address while there is no room").doesNotContain("discover");
            TimeUnit.SECONDS.sleep(12); // longer than an agent may be silent, and than the scheduler takes an execution for dead
            assertThat(site.node(idle.spec().name())).as("read while the disk is full").isEqualTo(before);
            disk.empty();

            site.call("PUT", node + "/states/provision", Map.of("target", "manage")).expect(202);
            site.await(idle.spec().name(), "manageable");
            writing.faults().chunkDelay = Duration.ZERO;
            site.await(writing.spec().name(), "active");
            site.await(booting.spec().name(), "manageable");
            for (SimulatedMachine machine : List.of(writing, booting)) {
                assertThat(site.node(machine.spec().name()).path("last_error").isNull()).isTrue();
                assertThat(events(site, machine)).doesNotContain("agent-lost");
            }
            assertThat(events(site, writing)).containsOnlyOnce("write_image");
        }
    }

    private static List<String> events(Site site, SimulatedMachine machine) {
        return site.timeline(machine.spec().name()).valueStream().map(event -> event.path("event").asString()).toList();
    }

    private static void edit(Database database, Node node, String description) {
        Change change = new Change(node, node.toBuilder().description(description).build(), List.of(), List.of(), new FlowUpdate.None());
        assertThat(database.nodes().commit(change)).isInstanceOf(CommitResult.Applied.class);
    }
}
