package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the store of guests promises, whichever database is below.
abstract class GuestStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;
    private static final String XML = "<domain type='kvm'><graphics type='vnc' passwd='hush'/></domain>";

    private HostPool pool;
    private HostProfile profile;

    @Override
    Clock clock() {
        return Clock.fixed(START.plusSeconds(9), ZoneOffset.UTC);
    }

    @BeforeAll
    void fill() {
        profile = database.pools().create(new HostProfile("kvm", null, "debian-12", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(), List.of(),
                null, HostProfile.Deadlines.DEFAULT, 1, START, null));
        database.pools().create(new AvailabilityZone("az1", null, START, null));
        pool = pool("p1");
    }

    @Test
    void guests_and_moves_with_every_field_set_are_read_as_they_were_stored() {
        NodeId here = host(pool);
        NodeId there = host(pool);
        GuestWish guest = guest(here).withMessage("h2 did not take it");
        GuestWish stored = database.guests().create(guest);
        assertThat(stored).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(guest);
        assertThat(database.guests().find(guest.uuid())).contains(stored);
        assertThat(database.guests().ofNode(here)).containsExactly(stored);
        assertThat(database.guests().ofPool(pool.name())).contains(stored);
        GuestMove move = GuestMove.begin(guest.uuid(), guest.name(), here, there, true, START).failed("full", START).to(host(pool), START);
        GuestMove begun = database.guests().begin(move).orElseThrow();
        assertThat(begun).usingRecursiveComparison().ignoringFields("since").isEqualTo(move);
        assertThat(begun.tried()).containsExactly(there);
        assertThat(database.guests().move(guest.uuid())).contains(begun);
        assertThat(database.guests().movesFrom(here)).containsExactly(begun);
        assertThat(database.guests().moves()).contains(begun);
        assertThat(database.guests().begin(move)).as("one move at a time").isEmpty();
    }

    @Test
    void definitions_are_sealed_and_shown_to_nobody() throws Exception {
        GuestWish guest = database.guests().create(guest(host(pool)));
        assertThat(guest.toString()).doesNotContain("hush");
        try (var connection = database.dataSource().getConnection(); var rows = connection.createStatement().executeQuery("SELECT sealed_xml FROM guests")) {
            assertThat(rows.next()).isTrue();
            do {
                assertThat(rows.getString(1)).contains(":").doesNotContain("domain").doesNotContain("hush");
            } while (rows.next());
        }
    }

    @Test
    void a_name_is_taken_once_in_a_pool_and_a_uuid_once() {
        NodeId here = host(pool);
        GuestWish guest = database.guests().create(guest(here));
        GuestWish sameName = named(guest.name(), host(pool), pool.name());
        assertThatThrownBy(() -> database.guests().create(sameName)).isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining("Pool p1 has a guest with name %s already".formatted(guest.name()));
        GuestWish sameUuid = new GuestWish(guest.uuid(), "other", pool.name(), here, XML, GuestWish.State.RUNNING, null, 0, START, null);
        assertThatThrownBy(() -> database.guests().create(sameUuid)).isInstanceOf(Failure.Conflict.class).hasMessageContaining("UUID " + guest.uuid());
        HostPool other = pool("p-" + UUID.randomUUID());
        assertThat(database.guests().create(named(guest.name(), host(other), other.name())).name()).isEqualTo(guest.name());
        NodeId gone = NodeId.random();
        assertThatThrownBy(() -> database.guests().create(guest(gone))).isInstanceOf(Failure.NotFound.class).hasMessageContaining(gone.toString());
    }

    @Test
    void of_two_changes_at_once_one_wins() throws Exception {
        GuestWish guest = database.guests().create(guest(host(pool)));
        List<GuestWish> changes = List.of(guest.with(GuestWish.State.SHUT_OFF), guest.with(GuestWish.State.ABSENT));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(IntStream.range(0, 2).mapToObj(i -> (java.util.concurrent.Callable<Optional<GuestWish>>) () -> database.guests().commit(changes.get(i))).toList());
            int won = 0;
            for (var result : results) {
                won += result.get().isPresent() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        GuestWish stored = database.guests().find(guest.uuid()).orElseThrow();
        assertThat(stored.version()).isEqualTo(guest.version() + 1);
        assertThat(stored.updatedAt()).isEqualTo(Micros.of(START.plusSeconds(9)));
        assertThat(database.guests().delete(guest)).as("of an older version").isFalse();
        assertThat(database.guests().delete(stored)).isTrue();
        assertThat(database.guests().find(guest.uuid())).isEmpty();
    }

    @Test
    void a_guest_that_arrived_is_wished_for_where_it_is() {
        NodeId here = host(pool);
        NodeId there = host(pool);
        GuestWish guest = database.guests().create(guest(here));
        GuestMove move = database.guests().begin(GuestMove.begin(guest.uuid(), guest.name(), here, there, false, START)).orElseThrow();
        GuestMove changed = database.guests().commit(move.withMessage("looked for", START.plusSeconds(1))).orElseThrow();
        assertThat(changed.version()).isEqualTo(move.version() + 1);
        assertThat(database.guests().commit(move)).isEmpty();
        assertThat(database.guests().end(move, true, null)).as("of an older version").isFalse();
        assertThat(database.guests().end(changed, true, null)).isTrue();
        assertThat(database.guests().move(guest.uuid())).isEmpty();
        assertThat(database.guests().ofNode(here)).isEmpty();
        assertThat(database.guests().ofNode(there)).singleElement().satisfies(moved -> assertThat(moved.version()).isEqualTo(guest.version() + 1));
        GuestMove back = database.guests().begin(GuestMove.begin(guest.uuid(), guest.name(), there, here, true, START)).orElseThrow();
        assertThat(database.guests().end(back, false, "no room")).isTrue();
        assertThat(database.guests().ofNode(there)).singleElement().extracting(GuestWish::message).isEqualTo("no room");
        GuestMove stray = database.guests().begin(GuestMove.begin(UUID.randomUUID(), "made by virsh", here, there, false, START)).orElseThrow();
        assertThat(database.guests().end(stray, true, null)).as("a guest that nobody wished for moves too").isTrue();
    }

    @Test
    void a_host_that_leaves_takes_its_guests_along_and_is_no_target_any_more() {
        NodeId here = host(pool);
        NodeId there = host(pool);
        GuestWish guest = database.guests().create(guest(here));
        GuestWish other = database.guests().create(guest(there));
        GuestMove move = database.guests().begin(GuestMove.begin(guest.uuid(), guest.name(), here, there, false, START)).orElseThrow();
        assertThat(database.hypervisors().delete(there, List.of())).isTrue();
        assertThat(database.guests().find(other.uuid())).isEmpty();
        GuestMove left = database.guests().move(guest.uuid()).orElseThrow();
        assertThat(left.target()).isNull();
        assertThat(database.guests().commit(left.to(there, START))).as("to a host that is gone").isEmpty();
        assertThat(left.number()).isEqualTo(move.number());
        assertThat(database.nodes().delete(here)).isTrue();
        assertThat(database.guests().find(guest.uuid())).isEmpty();
        assertThat(database.guests().move(guest.uuid())).isEmpty();
    }

    private HostPool pool(String name) {
        return database.pools().create(new HostPool(name, null, "az1", "kvm", HostPool.Selector.ANY, 1, HostPool.Limits.DEFAULT, null, 0, START, null));
    }

    private NodeId host(HostPool of) {
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        database.hypervisors().create(Hypervisor.chosen(node.id(), of, profile, START), List.of()).orElseThrow();
        return node.id();
    }

    private GuestWish guest(NodeId node) {
        return named("g-" + UUID.randomUUID(), node, pool.name());
    }

    private static GuestWish named(String name, NodeId node, String pool) {
        return new GuestWish(UUID.randomUUID(), name, pool, node, XML, GuestWish.State.RUNNING, null, 0, START, null);
    }
}
