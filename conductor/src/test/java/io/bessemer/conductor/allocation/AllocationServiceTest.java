package io.bessemer.conductor.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationServiceTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private volatile Instant now = START;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };
    private Database database;
    private AllocationService service;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = Database.open(DatabaseSettings.embedded(), directory, clock);
        service = new AllocationService(database.allocations(), database.nodes(), database.hypervisors(), () -> {}, clock, "test");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Node node(UnaryOperator<Node.Builder> more) {
        return database.nodes().create(more.apply(Node.builder(NodeId.random(), "fake").resourceClass("bm").provisionState(ProvisionState.AVAILABLE)
                .powerState(PowerState.OFF)).build());
    }

    private Node edit(Node node, UnaryOperator<Node.Builder> edit) {
        Node before = database.nodes().find(node.id()).orElseThrow();
        database.nodes().commit(Change.of(before, edit.apply(before.toBuilder()).build()));
        return database.nodes().find(node.id()).orElseThrow();
    }

    private Allocation wish(UnaryOperator<Allocation> more) {
        return service.create(more.apply(Allocation.draft(UUID.randomUUID(), now).withResourceClass("bm")));
    }

    private Allocation placed(Allocation wish) {
        service.pass();
        return database.allocations().find(wish.id()).orElseThrow();
    }

    private String refusal(Allocation wish) {
        Allocation failed = placed(wish);
        assertThat(failed.state()).isEqualTo(AllocationState.ERROR);
        assertThat(failed.node()).isNull();
        return failed.lastError();
    }

    @Test
    void an_allocation_gets_a_node_that_fits_and_the_node_becomes_its_instance() {
        node(b -> b.resourceClass("other"));
        node(b -> b.owner("p2"));
        Node fits = node(b -> b.traits(Set.of("CUSTOM_A", "CUSTOM_B")).owner("p1").instanceInfo(Map.of("kept", 1)));
        Allocation active = placed(wish(one -> one.withTraits(List.of("CUSTOM_A")).withOwner("p1")));
        assertThat(active.state()).isEqualTo(AllocationState.ACTIVE);
        assertThat(active.node()).isEqualTo(fits.id());
        Node taken = database.nodes().find(fits.id()).orElseThrow();
        assertThat(taken.instanceUuid()).isEqualTo(active.id());
        assertThat(taken.allocationUuid()).isEqualTo(active.id());
        assertThat(taken.instanceInfo()).isEqualTo(Map.of("kept", 1, "traits", List.of("CUSTOM_A")));
        assertThat(database.nodes().history(fits.id())).singleElement().satisfies(entry -> assertThat(entry.event()).contains(active.id().toString()));
    }

    @Test
    void a_lessee_counts_as_an_owner_does() {
        Node leased = node(b -> b.owner("p1").lessee("p2"));
        assertThat(placed(wish(one -> one.withOwner("p2"))).node()).isEqualTo(leased.id());
    }

    @Test
    void a_node_of_the_allocations_name_is_preferred() {
        IntStream.range(0, 8).forEach(i -> node(b -> b.name("n" + i)));
        assertThat(placed(wish(one -> one.withName("n5"))).node()).isEqualTo(database.nodes().findByName("n5").orElseThrow().id());
    }

    @Test
    void candidate_nodes_are_the_only_choice() {
        node(b -> b);
        Node chosen = node(b -> b);
        Allocation first = wish(one -> one.withCandidateNodes(List.of(chosen.id())));
        assertThat(placed(first).node()).isEqualTo(chosen.id());
        assertThat(refusal(wish(one -> one.withCandidateNodes(List.of(chosen.id()))))).endsWith(
                "no node fits: of 2 nodes 1 is not among the candidate nodes, 1 is used by an instance or allocation.");
    }

    @Test
    void an_allocation_for_which_no_node_fits_says_how_many_were_passed_over_for_what() {
        assertThat(refusal(wish(one -> one))).endsWith("no node fits: none is enrolled.");
        node(b -> b.resourceClass(null));
        node(b -> b.maintenance(true));
        node(b -> b.maintenance(true));
        node(b -> b.maintenance(true));
        node(b -> b.retired(true));
        node(b -> b.provisionState(ProvisionState.ACTIVE));
        node(b -> b.instanceUuid(UUID.randomUUID()));
        node(b -> b.powerState(null));
        Node member = node(b -> b);
        pool(member);
        Allocation wish = wish(one -> one);
        assertThat(refusal(wish)).startsWith("Failed to process allocation %s: no node fits: of 9 nodes 3 are in maintenance, ".formatted(wish.id()))
                .contains("1 is not of resource class 'bm'", "1 is retired", "1 is in state 'active'", "1 is used by an instance or allocation",
                        "1 is of unknown power state", "1 is in a host pool");
        assertThat(refusal(wish(one -> one.withTraits(List.of("CUSTOM_X"))))).contains("without all the traits [CUSTOM_X]");
        node(b -> b.owner("p8").maintenance(true));
        assertThat(refusal(wish(one -> one.withOwner("p8")))).as("what others own is not counted").endsWith("no node fits: of 1 nodes 1 is in maintenance.");
        assertThat(refusal(wish(one -> one.withOwner("p9")))).contains("none is owned or leased by 'p9'");
    }

    private void pool(Node member) {
        database.pools().create(new AvailabilityZone("az1", null, now, null));
        database.pools().create(new HostProfile("kvm", null, "debian-12", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(), List.of(),
                null, HostProfile.Deadlines.DEFAULT, 1, now, null));
        HostPool pool = database.pools().create(new HostPool("p", null, "az1", "kvm", HostPool.Selector.ANY, 1, HostPool.Limits.DEFAULT, null, 1, now, null));
        database.hypervisors().create(Hypervisor.chosen(member.id(), pool, database.pools().profile("kvm").orElseThrow(), now), List.of()).orElseThrow();
    }

    @Test
    void a_node_that_is_only_worked_on_is_waited_for_until_patience_ends() {
        Node busy = node(b -> b.reservation("someone"));
        Allocation wish = wish(one -> one);
        assertThat(placed(wish).state()).isEqualTo(AllocationState.ALLOCATING);
        edit(busy, b -> b.reservation(null));
        assertThat(placed(wish).node()).isEqualTo(busy.id());
        node(b -> b.reservation("someone"));
        Allocation second = wish(one -> one);
        assertThat(placed(second).state()).isEqualTo(AllocationState.ALLOCATING);
        now = now.plus(AllocationService.PATIENCE).plusSeconds(1);
        assertThat(refusal(second)).contains("1 is worked on");
    }

    @Test
    void of_many_allocations_and_passes_at_once_each_gets_another_node_and_the_rest_hear_why() throws Exception {
        List<Node> nodes = IntStream.range(0, 12).mapToObj(i -> node(b -> b)).toList();
        List<Allocation> wishes = new ArrayList<>(IntStream.range(0, 20).mapToObj(i -> wish(one -> one)).toList());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> conductor = () -> {
                new AllocationService(database.allocations(), database.nodes(), database.hypervisors(), () -> {}, clock, "test").pass();
                return true;
            };
            for (Future<Boolean> pass : threads.invokeAll(List.of(conductor, conductor, conductor, conductor, conductor))) {
                assertThat(pass.get()).isTrue();
            }
        }
        service.pass(); // the last of them may have met a node that was busy being taken
        Set<NodeId> taken = new HashSet<>();
        int failed = 0;
        for (Allocation wish : wishes) {
            Allocation done = database.allocations().find(wish.id()).orElseThrow();
            if (done.state() == AllocationState.ERROR) {
                failed++;
                assertThat(done.lastError()).contains("of 12 nodes 12 are used by an instance or allocation");
                continue;
            }
            assertThat(done.state()).isEqualTo(AllocationState.ACTIVE);
            assertThat(taken.add(done.node())).as("node %s was given away twice", done.node()).isTrue();
            assertThat(database.nodes().find(done.node()).orElseThrow().instanceUuid()).isEqualTo(wish.id());
        }
        assertThat(taken).hasSize(nodes.size());
        assertThat(failed).isEqualTo(8);
    }

    @Test
    void an_allocation_that_a_dead_process_left_is_taken_up_by_the_next() {
        node(b -> b);
        Allocation left = database.allocations().create(Allocation.draft(UUID.randomUUID(), now.minus(Duration.ofHours(1))).withResourceClass("bm"));
        assertThat(placed(left).state()).isEqualTo(AllocationState.ACTIVE);
    }

    @Test
    void an_allocation_whose_id_is_the_instance_of_another_node_fails_by_name() {
        Node other = node(b -> b.provisionState(ProvisionState.ACTIVE).instanceUuid(UUID.randomUUID()));
        Node free = node(b -> b);
        assertThat(refusal(wish(one -> one.withId(other.instanceUuid())))).contains("already associated with a node", "this other node " + free.id())
                .doesNotContain(other.id().toString());
    }

    @Test
    void a_deleted_allocation_sets_its_node_free_unless_that_is_in_use() {
        Node node = node(b -> b);
        Allocation first = placed(wish(one -> one));
        service.delete(first.id());
        Node free = database.nodes().find(node.id()).orElseThrow();
        assertThat(free.instanceUuid()).isNull();
        assertThat(free.allocationUuid()).isNull();
        assertThat(database.allocations().find(first.id())).isEmpty();
        Allocation second = placed(wish(one -> one));
        edit(node, b -> b.provisionState(ProvisionState.DEPLOYING).targetProvisionState(ProvisionState.ACTIVE));
        assertThatThrownBy(() -> service.delete(second.id())).isInstanceOf(Failure.Conflict.class).hasMessageContaining("in state 'deploying'");
        edit(node, b -> b.provisionState(ProvisionState.ACTIVE).targetProvisionState(null));
        assertThatThrownBy(() -> service.delete(second.id())).isInstanceOf(Failure.Conflict.class).hasMessageContaining("in state 'active'");
        edit(node, b -> b.maintenance(true));
        service.delete(second.id());
        assertThat(database.nodes().find(node.id()).orElseThrow().instanceUuid()).isNull();
        assertThatThrownBy(() -> service.delete(second.id())).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_node_in_use_is_written_down_as_allocated_only_when_that_is_true() {
        Node active = node(b -> b.provisionState(ProvisionState.ACTIVE).instanceUuid(UUID.randomUUID()));
        Allocation wish = Allocation.draft(active.instanceUuid(), now).withResourceClass("bm");
        Allocation stored = service.createOn(wish, active.id());
        assertThat(stored.state()).isEqualTo(AllocationState.ACTIVE);
        assertThat(database.nodes().find(active.id()).orElseThrow().allocationUuid()).isEqualTo(stored.id());
        Allocation other = Allocation.draft(UUID.randomUUID(), now).withResourceClass("gpu").withTraits(List.of("CUSTOM_A")).withCandidateNodes(List.of(NodeId.random()));
        Node idle = node(b -> b);
        assertThatThrownBy(() -> service.createOn(other, idle.id())).isInstanceOf(Failure.Conflict.class).hasMessageContaining("must be in state 'active'")
                .hasMessageContaining("resource class is 'bm', not 'gpu'").hasMessageContaining("CUSTOM_A").hasMessageContaining("candidate");
        assertThatThrownBy(() -> service.createOn(Allocation.draft(UUID.randomUUID(), now), active.id())).hasMessageContaining("has allocation " + stored.id());
        assertThat(database.allocations().list()).as("a refusal stores nothing").hasSize(1);
    }

    @Test
    void an_edit_that_takes_the_instance_away_takes_the_allocation_along() {
        UUID id = UUID.randomUUID();
        Node allocated = Node.builder(NodeId.random(), "fake").provisionState(ProvisionState.AVAILABLE).instanceUuid(id).allocationUuid(id).build();
        Node without = allocated.toBuilder().instanceUuid(null).build();
        assertThat(AllocationRules.edited(allocated, without).allocationUuid()).isNull();
        Node active = allocated.toBuilder().provisionState(ProvisionState.ACTIVE).build();
        assertThatThrownBy(() -> AllocationRules.edited(active, active.toBuilder().instanceUuid(null).build())).isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining("only in maintenance mode or in one of the states available, enroll, inspect wait, inspecting, manageable");
        Node maintained = active.toBuilder().maintenance(true).build();
        assertThat(AllocationRules.edited(maintained, maintained.toBuilder().instanceUuid(null).build()).allocationUuid()).isNull();
        assertThatThrownBy(() -> AllocationRules.edited(allocated, allocated.toBuilder().instanceUuid(UUID.randomUUID()).build()))
                .isInstanceOf(Failure.Conflict.class).hasMessageContaining("is associated with instance " + id);
    }
}
