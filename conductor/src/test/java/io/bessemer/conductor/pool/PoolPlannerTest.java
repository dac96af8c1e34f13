package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static io.bessemer.conductor.pool.Hosts.chosen;
import static io.bessemer.conductor.pool.Hosts.enabled;
import static io.bessemer.conductor.pool.Hosts.failed;
import static io.bessemer.conductor.pool.Hosts.generation;
import static io.bessemer.conductor.pool.Hosts.inRack;
import static io.bessemer.conductor.pool.Hosts.node;
import static io.bessemer.conductor.pool.Hosts.nodes;
import static io.bessemer.conductor.pool.Hosts.pool;
import static io.bessemer.conductor.pool.Hosts.verifying;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolPlannerTest {
    /// Pool, generation of the profile, members, number of free nodes, and the moves that are due.
    static Stream<Arguments> moves() {
        HostPool two = pool(2);
        HostPool four = pool(4);
        HostPool halted = two.toBuilder().halted("look at it").build();
        HostPool hasty = four.toBuilder().limits(new HostPool.Limits(2, 3, false)).build();
        Hypervisor drainingToComeBack = enabled(1, two).toBuilder().reimage(true).build().moved(HypervisorEvent.DRAIN, null, PROFILE, NOW);
        Hypervisor broken = enabled(3, two).moved(HypervisorEvent.FAIL, "silent", PROFILE, NOW);
        return Stream.of(
                Arguments.of("an empty pool begins with one, the canary", four, 2, List.of(), 5, "choose"),
                Arguments.of("nothing is begun beside the canary", four, 2, List.of(chosen(1, four)), 5, ""),
                Arguments.of("without canaries it begins as many as may change", hasty, 2, List.of(), 5, "choose, choose"),
                Arguments.of("a proven profile grows by as many as may change", four, 2, List.of(enabled(1, four)), 5, "choose, choose"),
                Arguments.of("those under way count", four, 2, List.of(enabled(1, four), verifying(2, four)), 5, "choose"),
                Arguments.of("a pool of its size rests", two, 2, List.of(enabled(1, two), enabled(2, two)), 5, ""),
                Arguments.of("a pool larger than the machines there are takes what there is", four, 2, List.of(enabled(1, four)), 1, "choose"),
                Arguments.of("and asks for no more than there is", four, 2, List.of(enabled(1, four)), 0, ""),
                Arguments.of("a host in quarantine is replaced", two, 2, List.of(enabled(1, two), failed(2, two)), 5, "choose"),
                Arguments.of("and leaves when it is", two, 2, List.of(enabled(1, two), enabled(2, two), failed(3, two)), 5, "remove m3 aside"),
                Arguments.of("one that had joined is drained", two, 2, List.of(enabled(1, two), enabled(2, two), broken), 5, "drain m3 aside"),
                Arguments.of("one with guests stays", two, 2, List.of(enabled(1, two), enabled(2, two), Hosts.with(broken, 1)), 5, ""),
                Arguments.of("a pool that shrinks drains the emptiest", pool(1), 2, List.of(enabled(1, two, 3), enabled(2, two, 1)), 5, "drain m2"),
                Arguments.of("and first gives up what is not ready", pool(1), 2, List.of(enabled(1, two), verifying(2, two)), 5, "remove m2"),
                Arguments.of("quarantined ones go first", pool(1), 2, List.of(enabled(1, two, 3), enabled(2, two, 1), failed(3, two)), 5, "remove m3 aside, drain m2"),
                Arguments.of("a pool of size 0 gets empty", pool(0), 2, List.of(enabled(1, two), failed(2, two)), 5, "remove m2 aside, drain m1"),
                Arguments.of("a halted pool begins nothing", halted, 2, List.of(enabled(1, two)), 5, ""),
                Arguments.of("an older generation is imaged again, one as the canary", two, 3, List.of(enabled(1, two), enabled(2, two)), 5, "drain m1 again"),
                Arguments.of("nothing else while the canary is under way", two, 3, List.of(drainingToComeBack, enabled(2, two)), 5, ""),
                Arguments.of("marked ones are imaged again by as many as may change", four, 2,
                        List.of(marked(1), marked(2), marked(3), enabled(4, two)), 5, "drain m1 again, drain m2 again"),
                Arguments.of("failed with the older profile, tried with the new", two, 3, List.of(enabled(1, two), failed(2, two)), 0, "drain m2 again"),
                Arguments.of("three in quarantine halt the pool", four, 2, List.of(enabled(1, four), failed(2, four), failed(3, four), failed(4, four)), 5, "halt"),
                Arguments.of("a canary that fails halts the pool", four, 2, List.of(failed(1, four)), 5, "halt"),
                Arguments.of("a lone host that was enabled once is replaced", pool(1), 2, List.of(broken), 5, "choose"));
    }

    private static Hypervisor marked(int number) {
        return enabled(number, pool(2)).toBuilder().reimage(true).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("moves")
    void moves_are_due(String name, HostPool pool, long generation, List<Hypervisor> members, int free, String expected) {
        List<Node> nodes = nodes(members.size() + free);
        PoolPlanner.Plan plan = plan(pool, generation(generation), members, nodes);
        assertThat(plan.actions().stream().map(PoolPlannerTest::text).collect(Collectors.joining(", "))).isEqualTo(expected);
    }

    private static PoolPlanner.Plan plan(HostPool pool, HostProfile profile, List<Hypervisor> members, List<Node> nodes) {
        return PoolPlanner.plan(new PoolPlanner.View(pool, profile, members, nodes, members.stream().map(Hypervisor::node).collect(Collectors.toSet()),
                NOW.plus(Duration.ofMinutes(1))));
    }

    private static String text(PoolPlanner.Action action) {
        return switch (action) {
            case PoolPlanner.Action.Choose _ -> "choose";
            case PoolPlanner.Action.Halt _ -> "halt";
            case PoolPlanner.Action.Move move -> "%s m%d%s%s".formatted(move.event().wire(), move.member().node().value().getLeastSignificantBits(),
                    move.reimage() ? " again" : "", move.setAside() ? " aside" : "");
        };
    }

    @Test
    void hosts_are_spread_over_racks() {
        HostPool pool = pool(4);
        List<Node> nodes = List.of(inRack(1, "a"), inRack(2, "a"), inRack(3, "a"), inRack(4, "b"), inRack(5, "c"));
        PoolPlanner.Plan plan = plan(pool, PROFILE, List.of(enabled(1, pool), enabled(4, pool)), nodes);
        assertThat(plan.actions()).extracting(action -> Candidates.rack(((PoolPlanner.Action.Choose) action).node())).containsExactly("c", "a");
    }

    @Test
    void a_pool_larger_than_the_machines_there_are_says_how_many_are_missing_and_why_the_others_were_passed_over() {
        HostPool pool = pool(7).toBuilder().selector(new HostPool.Selector("gold", Set.of("HW_A"), Set.of("r1"), null)).build();
        Node good = node(1).resourceClass("gold").traits(Set.of("HW_A")).extra(Map.of("rack", "r1")).build();
        List<Node> nodes = List.of(good,
                node(2).resourceClass("tin").build(),
                good(3).traits(Set.of()).build(),
                good(4).extra(Map.of("rack", "r2")).build(),
                good(5).maintenance(true).build(),
                good(6).retired(true).build(),
                good(7).instanceUuid(UUID.randomUUID()).build(),
                good(8).provisionState(ProvisionState.CLEANING).build(),
                good(9).provisionState(ProvisionState.CLEANING).build(),
                good(10).reservation("conductor-1").build());
        assertThat(plan(pool, PROFILE, List.of(enabled(1, pool)), nodes).status()).isEqualTo("6 of 7 hosts are missing and no machine can be taken: "
                + "of 10 machines 2 are in state 'cleaning', 1 is in a pool already, 1 is not of resource class 'gold', 1 is without all the traits [HW_A], "
                + "1 is in none of the racks [r1], 1 is in maintenance, 1 is retired, 1 is used by an instance or allocation, 1 is worked on. "
                + "Enrol more, free some, widen the selector, or scale the pool down");
    }

    private static Node.Builder good(int number) {
        return node(number).resourceClass("gold").traits(Set.of("HW_A")).extra(Map.of("rack", "r1"));
    }

    @Test
    void a_halt_names_the_hosts_their_reasons_and_the_cure() {
        HostPool pool = pool(4);
        PoolPlanner.Plan plan = plan(pool, PROFILE, List.of(enabled(1, pool), failed(2, pool), failed(3, pool), failed(4, pool)), nodes(6));
        assertThat(plan.actions()).containsExactly(new PoolPlanner.Action.Halt("3 hosts are in quarantine, and limits/max_failures is 3: m2: no agent; m3: no agent; "
                + "m4: no agent. Cure the cause, `verify` or `remove` each, and resume the pool (`rollout resume`)"));
    }

    @Test
    void a_quarantined_host_with_guests_is_left_to_an_operator_and_named() {
        HostPool pool = pool(1);
        Hypervisor held = Hosts.with(enabled(2, pool), 2).moved(HypervisorEvent.FAIL, "silent", PROFILE, NOW);
        assertThat(plan(pool, PROFILE, List.of(enabled(1, pool), held), nodes(2)).status()).isEqualTo(
                "m2: silent. It is left alone, because it has the guests g0 (running), g1 (running); `verify` it, or `remove` it with them");
    }
}
