package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the store of allocations promises, and that of nodes with it, whichever database is below.
abstract class AllocationStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;
    private static final Instant NOW = START.plusSeconds(9);

    @Override
    Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private Node node() {
        return database.nodes().create(Node.builder(NodeId.random(), "fake").build());
    }

    private Node again(Node node) {
        return database.nodes().find(node.id()).orElseThrow();
    }

    private Allocation waiting() {
        return database.allocations().create(Allocation.draft(UUID.randomUUID(), START).withName("a-" + UUID.randomUUID()));
    }

    private static Change taking(Node node, Allocation allocation) {
        return Change.of(node, node.toBuilder().instanceUuid(allocation.id()).allocationUuid(allocation.id()).build());
    }

    private Node taken(Node node, Allocation allocation) {
        assertThat(database.nodes().commit(taking(node, allocation))).isInstanceOf(CommitResult.Applied.class);
        return again(node);
    }

    @Test
    void an_allocation_with_every_field_set_is_read_as_it_was_stored() {
        Allocation full = Allocation.draft(UUID.randomUUID(), START).withName("full").withResourceClass("bm").withTraits(List.of("CUSTOM_B", "CUSTOM_A"))
                .withCandidateNodes(List.of(NodeId.random(), NodeId.random())).withOwner("p1").withExtra(Map.of("password", "hush", "n", 1));
        Allocation stored = database.allocations().create(full);
        assertThat(stored).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(full);
        assertThat(database.allocations().find(full.id())).contains(stored);
        assertThat(database.allocations().findByName("full")).contains(stored);
        assertThat(database.allocations().list()).contains(stored);
        assertThat(database.allocations().in(AllocationState.ALLOCATING)).contains(stored);
        assertThat(database.allocations().in(AllocationState.ERROR)).doesNotContain(stored);
    }

    @Test
    void a_uuid_and_a_name_are_taken_once() {
        Allocation one = waiting();
        assertThatThrownBy(() -> database.allocations().create(Allocation.draft(one.id(), START))).isInstanceOf(Failure.Conflict.class)
                .hasMessage("An allocation with UUID %s already exists.".formatted(one.id()));
        Allocation other = waiting();
        assertThatThrownBy(() -> database.allocations().create(Allocation.draft(UUID.randomUUID(), START).withName(one.name()))).isInstanceOf(Failure.Conflict.class)
                .hasMessage("An allocation with name %s already exists.".formatted(one.name()));
        assertThatThrownBy(() -> database.allocations().update(other.withName(one.name()))).isInstanceOf(Failure.Conflict.class);
        assertThat(database.allocations().create(Allocation.draft(UUID.randomUUID(), START)).name()).as("many have none").isNull();
    }

    @Test
    void a_commit_that_sets_it_makes_the_allocation_active_and_one_that_clears_it_deletes_it() {
        Allocation allocation = waiting();
        Node node = taken(node(), allocation);
        Allocation active = database.allocations().find(allocation.id()).orElseThrow();
        assertThat(active.state()).isEqualTo(AllocationState.ACTIVE);
        assertThat(active.node()).isEqualTo(node.id());
        assertThat(active.updatedAt()).isEqualTo(Micros.of(NOW));
        assertThat(database.allocations().ofNode(node.id())).contains(active);
        assertThat(database.allocations().deleteWithoutNode(allocation.id())).as("it has a node").isFalse();
        assertThat(database.allocations().fail(allocation.id(), "late")).as("it is active").isFalse();
        database.nodes().commit(Change.of(node, node.toBuilder().instanceUuid(null).allocationUuid(null).build()));
        assertThat(database.allocations().find(allocation.id())).isEmpty();
    }

    @Test
    void a_node_cannot_be_given_to_an_allocation_that_is_gone_failed_or_has_another_node() {
        Node node = node();
        Allocation failed = waiting();
        assertThat(database.allocations().fail(failed.id(), "none fits")).isTrue();
        assertThat(database.allocations().find(failed.id()).orElseThrow().lastError()).isEqualTo("none fits");
        Allocation elsewhere = waiting();
        taken(node(), elsewhere);
        Allocation deleted = waiting();
        assertThat(database.allocations().deleteWithoutNode(deleted.id())).isTrue();
        for (Allocation other : List.of(failed, deleted)) {
            assertThatThrownBy(() -> database.nodes().commit(taking(node, other))).isInstanceOf(Failure.NotFound.class).hasMessageContaining(other.id().toString());
        }
        assertThatThrownBy(() -> database.nodes().commit(Change.of(node, node.toBuilder().allocationUuid(elsewhere.id()).build()))).isInstanceOf(Failure.NotFound.class);
        assertThat(again(node)).as("nothing of it was stored").isEqualTo(node);
    }

    @Test
    void an_allocation_for_a_node_in_use_is_stored_with_the_nodes_commit_or_not_at_all() {
        Node node = node();
        Node moved = again(taken(node, waiting()));
        Allocation late = Allocation.draft(UUID.randomUUID(), START);
        assertThat(database.allocations().createOn(late, taking(node, late))).isInstanceOf(CommitResult.Changed.class);
        assertThat(database.allocations().find(late.id())).isEmpty();
        assertThat(again(node)).isEqualTo(moved);
        Node free = node();
        assertThat(database.allocations().createOn(late, taking(free, late))).isInstanceOf(CommitResult.Applied.class);
        assertThat(database.allocations().find(late.id()).orElseThrow().node()).isEqualTo(free.id());
        Allocation twin = Allocation.draft(late.id(), START);
        assertThatThrownBy(() -> database.allocations().createOn(twin, taking(node(), twin))).isInstanceOf(Failure.Conflict.class);
    }

    @Test
    void a_node_that_is_forgotten_takes_its_allocation_along() {
        Allocation allocation = waiting();
        Node node = taken(node(), allocation);
        assertThat(database.nodes().delete(node.id())).isTrue();
        assertThat(database.allocations().find(allocation.id())).isEmpty();
    }

    @Test
    void of_two_edits_at_once_one_wins() {
        Allocation allocation = waiting();
        Allocation edited = database.allocations().update(allocation.withExtra(Map.of("a", 1))).orElseThrow();
        assertThat(edited.extra()).isEqualTo(Map.of("a", 1));
        assertThat(edited.version()).isEqualTo(allocation.version() + 1);
        assertThat(database.allocations().update(allocation.withExtra(Map.of("b", 2)))).isEmpty();
        assertThat(database.allocations().find(allocation.id())).contains(edited);
    }

    @Test
    void of_many_allocations_that_want_one_node_exactly_one_gets_it() throws Exception {
        Node node = node();
        List<Allocation> many = IntStream.range(0, 16).mapToObj(i -> waiting()).toList();
        int won = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> result : threads.invokeAll(many.stream()
                    .map(one -> (Callable<Boolean>) () -> database.nodes().commit(taking(node, one)) instanceof CommitResult.Applied).toList())) {
                won += result.get() ? 1 : 0;
            }
        }
        assertThat(won).isEqualTo(1);
        UUID winner = again(node).allocationUuid();
        for (Allocation one : many) {
            Allocation now = database.allocations().find(one.id()).orElseThrow();
            assertThat(now.state()).isEqualTo(one.id().equals(winner) ? AllocationState.ACTIVE : AllocationState.ALLOCATING);
        }
    }

    @Test
    void of_a_claim_and_a_deletion_at_once_one_happens() throws Exception {
        for (int i = 0; i < 20; i++) {
            Node node = node();
            Allocation allocation = waiting();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> deleted = threads.submit(() -> database.allocations().deleteWithoutNode(allocation.id()));
                Future<Boolean> claimed = threads.submit(() -> {
                    try {
                        return database.nodes().commit(taking(node, allocation)) instanceof CommitResult.Applied;
                    } catch (Failure.NotFound gone) {
                        return false;
                    }
                });
                assertThat(claimed.get()).isNotEqualTo(deleted.get());
                assertThat(again(node).allocationUuid() != null).isEqualTo(claimed.get());
                assertThat(database.allocations().find(allocation.id()).isPresent()).isEqualTo(claimed.get());
            }
        }
    }
}
