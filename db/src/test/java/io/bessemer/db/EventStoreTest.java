package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.EventStore.Range;
import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.CommitResult;
import io.bessemer.core.node.Port;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What the stores of events, webhooks and sinks promise, whichever database is below.
abstract class EventStoreTest extends DatabaseCase {
    private final AtomicReference<Instant> time = new AtomicReference<>(StoreTest.START);

    @Override
    Clock clock() {
        return ticking(time::get);
    }

    private Node node() {
        return database.nodes().create(Node.builder(NodeId.random(), "fake").owner("owner-1").build());
    }

    private Node commit(Node before, Node after) {
        return ((CommitResult.Applied) database.nodes().commit(Change.of(before, after))).node();
    }

    private List<Event> numbered(long after) {
        while (database.events().number(100) > 0) {
            // all that is committed
        }
        return database.events().read(after, 10_000);
    }

    private List<Event> about(NodeId node) {
        return numbered(0).stream().filter(event -> node.equals(event.node())).toList();
    }

    @Test
    void a_node_that_is_made_changed_and_removed_is_told_with_whose_it_was() {
        Node node = node();
        Node changed = commit(node, node.toBuilder().lessee("lessee-1").provisionState(ProvisionState.VERIFYING).build());
        database.nodes().delete(changed.id());
        List<Event> events = about(node.id());
        assertThat(events).extracting(Event::type)
                .containsExactly("baremetal.node.create.end", "baremetal.node.provision_set.start", "baremetal.node.delete.end");
        assertThat(events).extracting(Event::owner).containsOnly("owner-1");
        assertThat(events).extracting(Event::lessee).containsExactly(null, "lessee-1", "lessee-1");
        assertThat(events.get(1).data()).containsEntry("previous_provision_state", "enroll").containsEntry("provision_state", "verifying");
    }

    @Test
    void what_was_rolled_back_is_not_told() {
        Node node = node();
        assertThatThrownBy(() -> database.transactions().run(() -> {
            commit(node, node.toBuilder().name("rolled-back").build());
            throw new IllegalStateException("on purpose");
        })).hasMessage("on purpose");
        assertThat(database.nodes().commit(Change.of(node.toBuilder().version(99).build(), node.toBuilder().name("late").build()))).isInstanceOf(CommitResult.Changed.class);
        assertThat(about(node.id())).extracting(Event::type).containsExactly("baremetal.node.create.end");
    }

    @Test
    void a_port_is_told_with_the_owner_of_its_node() {
        Node node = node();
        Port port = database.ports().create(Port.of(node.id(), MacAddress.parse("52:54:00:13:00:01").orElseThrow(), StoreTest.START));
        database.ports().update(port);
        database.ports().delete(port.id());
        assertThat(database.ports().delete(port.id())).isFalse();
        assertThat(about(node.id()).subList(1, 4)).allSatisfy(event -> {
            assertThat(event.owner()).isEqualTo("owner-1");
            assertThat(event.data()).containsEntry("address", "52:54:00:13:00:01").containsEntry("node_uuid", node.id().toString());
        }).extracting(Event::type).containsExactly("baremetal.port.create.end", "baremetal.port.update.end", "baremetal.port.delete.end");
    }

    @Test
    void secrets_and_what_is_very_long_stay_out() {
        Node node = node();
        commit(node, node.toBuilder()
                .driverInfo(Map.of("ipmi_password", "geheim", "ipmi_address", "10.0.0.1"))
                .instanceInfo(Map.of("configdrive", "H4sI-geheim", "image_url", "http://x/?sig=geheim"))
                .extra(Map.of("$sealed", "no seal", "long", "x".repeat(SqlEventStore.MOST_CHARS)))
                .build());
        Event event = about(node.id()).getLast();
        assertThat(event.data().toString()).doesNotContain("geheim").hasSizeLessThan(SqlEventStore.MOST_CHARS);
        assertThat(event.data()).containsEntry("extra", Map.of()).containsEntry("truncated", List.of("extra"));
        assertThat(event.data().get("driver_info")).isEqualTo(Map.of("ipmi_password", "******", "ipmi_address", "10.0.0.1"));
        Node shorter = database.nodes().find(node.id()).orElseThrow();
        commit(shorter, shorter.toBuilder().extra(Map.of("$sealed", "no seal")).build());
        assertThat(about(node.id()).getLast().data()).containsEntry("extra", Map.of("$sealed", "no seal"));
    }

    /// The case that reading by AUTO_INCREMENT gets wrong: a transaction takes its number, waits, and is overtaken.
    @Test
    void a_transaction_that_is_overtaken_before_its_commit_is_still_told() throws Exception {
        long before = database.events().range().last();
        CountDownLatch inserted = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Node> slow = threads.submit(() -> database.transactions().call(() -> {
                Node made = node();
                inserted.countDown();
                await(overtaken);
                return made;
            }));
            assertThat(inserted.await(20, TimeUnit.SECONDS)).isTrue();
            Node fast = node();
            List<Event> first = numbered(before);
            assertThat(first).extracting(Event::node).contains(fast.id());
            overtaken.countDown();
            Node late = slow.get(20, TimeUnit.SECONDS);
            List<Event> rest = numbered(first.getLast().cursor());
            assertThat(rest).extracting(Event::node).containsExactly(late.id());
        }
    }

    @Test
    void many_writers_and_numberers_at_once_leave_no_gap_and_keep_the_order_of_each_node() throws Exception {
        numbered(0);
        long before = database.events().range().last();
        int writers = 8;
        int commits = 25;
        AtomicBoolean writing = new AtomicBoolean(true);
        List<Event> read = Collections.synchronizedList(new ArrayList<>());
        List<NodeId> nodes = new ArrayList<>();
        try (var threads = Executors.newCachedThreadPool()) { // on virtual threads those that never wait would keep the others from running
            List<Future<NodeId>> work = IntStream.range(0, writers).mapToObj(_ -> threads.submit(() -> {
                Node node = node();
                for (int i = 0; i < commits; i++) {
                    node = commit(node, node.toBuilder().description("d" + i).build());
                }
                return node.id();
            })).toList();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                others.add(threads.submit(() -> {
                    while (writing.get()) {
                        database.events().number(7);
                    }
                }));
            }
            others.add(threads.submit(() -> {
                long seen = before;
                boolean last = false;
                while (true) {
                    List<Event> more = database.events().read(seen, 50);
                    read.addAll(more);
                    seen = more.isEmpty() ? seen : more.getLast().cursor();
                    if (more.isEmpty() && last) {
                        return;
                    }
                    last = more.isEmpty() && !writing.get();
                }
            }));
            for (Future<NodeId> one : work) {
                nodes.add(one.get(60, TimeUnit.SECONDS));
            }
            numbered(before);
            writing.set(false);
            for (Future<?> other : others) {
                other.get(60, TimeUnit.SECONDS);
            }
        }
        int expected = writers * (commits + 1);
        assertThat(read).extracting(Event::cursor).containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + expected).boxed().toList());
        for (NodeId node : nodes) {
            assertThat(read.stream().filter(event -> node.equals(event.node())).skip(1).map(event -> event.data().get("description")))
                    .containsExactlyElementsOf(IntStream.range(0, commits).mapToObj(i -> "d" + i).toList());
        }
    }

    @Test
    void what_is_too_much_or_too_old_is_forgotten_from_the_front_and_the_range_says_so() {
        IntStream.range(0, 30).forEach(_ -> node());
        numbered(0);
        Range range = database.events().range();
        database.events().trim(10, Instant.EPOCH);
        Range now = database.events().range();
        assertThat(now).isEqualTo(new Range(range.last(), range.last() - 10));
        assertThat(database.events().read(0, 100)).hasSize(10);
        assertThat(now.covers(range.last() - 10)).isTrue();
        assertThat(now.covers(range.last() - 11)).isFalse();
        assertThat(now.covers(range.last() + 1)).isFalse();
        assertThat(database.events().trim(1_000, time.get().plusSeconds(1))).isEqualTo(10);
        assertThat(database.events().range()).isEqualTo(new Range(range.last(), range.last()));
        Node next = node();
        assertThat(numbered(range.last())).extracting(Event::node, Event::cursor).containsExactly(org.assertj.core.groups.Tuple.tuple(next.id(), range.last() + 1));
    }

    @Test
    void a_listener_is_told_after_the_commit() {
        AtomicInteger rung = new AtomicInteger();
        database.events().whenAdded(rung::incrementAndGet);
        database.transactions().run(() -> {
            node();
            assertThat(rung).hasValue(0);
        });
        assertThat(rung).hasValue(1);
        database.events().whenAdded(() -> {});
    }

    @Test
    void a_webhook_is_kept_with_its_secrets_sealed() throws Exception {
        Webhook draft = Webhook.draft(StoreTest.START).withName("chat").withUrl("https://chat.example/hooks/geheim").withTypes(List.of("baremetal.node", "bessemer"))
                .withAuthorities("-----BEGIN CERTIFICATE-----").withRetryFor(Duration.ofHours(3));
        Webhook made = database.webhooks().create(draft);
        assertThat(database.webhooks().find(made.id())).contains(made);
        assertThat(made).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(draft);
        try (var connection = database.dataSource().getConnection(); var rows = connection.createStatement().executeQuery("SELECT url, secret FROM webhooks WHERE name = 'chat'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).doesNotContain("geheim");
            assertThat(rows.getString(2)).doesNotContain(made.secret());
        }
        assertThatThrownBy(() -> database.webhooks().create(draft.withId(UUID.randomUUID()))).isInstanceOf(Failure.NameAlreadyExists.class).hasMessageContaining("chat");
        Webhook changed = database.webhooks().update(made.withEnabled(false)).orElseThrow();
        assertThat(changed.enabled()).isFalse();
        assertThat(database.webhooks().update(made.withEnabled(true))).as("read before the change").isEmpty();
        assertThat(database.sinks().find(made.id().toString())).isPresent();
        assertThat(database.webhooks().delete(made.id())).isTrue();
        assertThat(database.webhooks().delete(made.id())).isFalse();
        assertThat(database.sinks().find(made.id().toString())).isEmpty();
    }

    @Test
    void a_sink_has_one_holder_until_it_is_silent_for_too_long() {
        node();
        numbered(0);
        database.sinks().make("queue-1");
        database.sinks().make("queue-1");
        Instant now = StoreTest.START;
        SinkState state = database.sinks().hold("queue-1", "c1", now, now.plusSeconds(20)).orElseThrow();
        assertThat(state).isEqualTo(new SinkState("queue-1", database.events().range().last(), 0, 0, 0, null, null, null));
        assertThat(database.sinks().hold("queue-1", "c2", now.plusSeconds(19), now.plusSeconds(40))).isEmpty();
        assertThat(database.sinks().keep(state.failed("HTTP 500", now), "c1", now.plusSeconds(30))).isTrue();
        assertThat(database.sinks().find("queue-1").orElseThrow().lastError()).isEqualTo("HTTP 500");
        assertThat(database.sinks().hold("queue-1", "c2", now.plusSeconds(31), now.plusSeconds(40))).isPresent();
        assertThat(database.sinks().keep(state.at(99), "c1", now.plusSeconds(50))).as("lost to c2").isFalse();
        database.sinks().release("queue-1", "c2");
        SinkState again = database.sinks().hold("queue-1", "c1", now.plusSeconds(32), now.plusSeconds(50)).orElseThrow();
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(database.sinks().keep(again.delivered(101, 2, now), "c1", now.plusSeconds(60))).isTrue();
        assertThat(database.sinks().list()).filteredOn(SinkState::name, "queue-1").singleElement()
                .extracting(SinkState::told, SinkState::delivered, SinkState::attempts, SinkState::lastError).containsExactly(101L, 2L, 0, null);
        assertThat(database.sinks().hold("nothing", "c1", now, now.plusSeconds(1))).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody overtook");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
