package io.bessemer.conductor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(2);

    private final Map<NodeId, Flow> stored = new LinkedHashMap<>();
    private final List<NodeId> woken = new ArrayList<>();
    private final Slots slots = slots();

    @Test
    void a_turn_that_ends_goes_to_the_one_that_waits_longest() {
        assertThat(slots.take(clean(1), NOW)).isTrue();
        assertThat(slots.take(clean(2), NOW)).isTrue();
        assertThat(slots.take(clean(3), NOW)).isFalse();
        assertThat(slots.take(clean(4), NOW)).isFalse();
        assertThat(slots.take(clean(3), NOW)).as("asking again").isFalse();
        end(1);
        assertThat(woken).containsExactly(node(3));
        assertThat(slots.take(clean(5), NOW)).as("one that came later").isFalse();
        assertThat(slots.take(clean(4), NOW)).isFalse();
        assertThat(slots.take(clean(3), NOW)).isTrue();
        end(2);
        assertThat(woken).containsExactly(node(3), node(4));
    }

    @Test
    void each_kind_has_its_own() {
        assertThat(slots.take(clean(1), NOW)).isTrue();
        assertThat(slots.take(clean(2), NOW)).isTrue();
        assertThat(slots.take(flow(3, FlowKind.DEPLOY, 1), NOW)).isTrue();
        assertThat(slots.take(flow(4, FlowKind.DEPLOY, 1), NOW)).isFalse();
        end(1);
        assertThat(woken).isEmpty();
    }

    @Test
    void what_was_granted_before_a_restart_counts() {
        assertThat(slots.take(clean(1), NOW)).isTrue();
        hold(1);
        Slots restarted = slots();
        assertThat(restarted.take(clean(2), NOW)).isTrue();
        assertThat(restarted.take(clean(3), NOW)).isFalse();
        assertThat(restarted.take(clean(1), NOW)).as("it has one").isTrue();
    }

    @Test
    void an_end_that_nobody_told_of_is_seen_in_the_next_list() {
        slots.take(clean(1), NOW);
        slots.take(clean(2), NOW);
        assertThat(slots.take(clean(3), NOW)).isFalse();
        stored.remove(node(1));
        assertThat(slots.take(clean(4), NOW)).as("known from this second").isFalse();
        assertThat(slots.take(clean(4), LATER)).as("it was not first").isFalse();
        assertThat(woken).containsExactly(node(3));
    }

    /// As when another conductor runs it, and gives it a turn of its own.
    @Test
    void a_turn_that_nobody_comes_for_goes_to_the_next() {
        slots.take(clean(1), NOW);
        slots.take(clean(2), NOW);
        slots.take(clean(3), NOW);
        slots.take(clean(4), NOW);
        end(1);
        assertThat(woken).containsExactly(node(3));
        assertThat(slots.take(clean(4), NOW.plusSeconds(10))).as("it may come yet").isFalse();
        assertThat(slots.take(clean(4), NOW.plusSeconds(16))).isTrue();
        assertThat(slots.take(clean(2), NOW.plusSeconds(16))).as("claimed turns stay").isTrue();
    }

    @Test
    void who_waited_and_went_holds_nobody_up() {
        slots.take(clean(1), NOW);
        slots.take(clean(2), NOW);
        slots.take(clean(3), NOW);
        slots.take(clean(4), NOW);
        end(3);
        end(1);
        assertThat(woken).containsExactly(node(4));
    }

    @Test
    void the_next_flow_of_a_node_is_another_one() {
        slots.take(clean(1), NOW);
        slots.take(clean(2), NOW);
        slots.take(clean(3), NOW);
        stored.put(node(1), flow(1, FlowKind.CLEAN, 2));
        slots.ended(node(1), 2);
        assertThat(woken).containsExactly(node(3));
        assertThat(slots.take(flow(1, FlowKind.CLEAN, 2), NOW)).isFalse();
    }

    private Slots slots() {
        return new Slots(new FlowStore() {
            @Override
            public Optional<Flow> find(NodeId node) {
                return Optional.ofNullable(stored.get(node));
            }

            @Override
            public Map<NodeId, Long> attempts(Collection<NodeId> nodes) {
                return nodes.stream().filter(stored::containsKey).collect(Collectors.toMap(node -> node, node -> stored.get(node).attempt()));
            }

            @Override
            public List<Flow> list() {
                return List.copyOf(stored.values());
            }
        }, Map.of(FlowKind.CLEAN, 2, FlowKind.DEPLOY, 1), woken::add);
    }

    private Flow clean(int number) {
        return flow(number, FlowKind.CLEAN, 1);
    }

    private Flow flow(int number, FlowKind kind, long attempt) {
        return stored.computeIfAbsent(node(number), id -> Flow.start(id, kind, attempt, Map.of(), NOW));
    }

    private void hold(int number) {
        stored.computeIfPresent(node(number), (_, flow) -> new Flow(flow.node(), flow.kind(), flow.attempt(), 1, flow.args(), Map.of(Memo.SLOT, true), null, NOW, null, NOW, 0, NOW));
    }

    private void end(int number) {
        slots.ended(node(number), stored.remove(node(number)).attempt() + 1);
    }

    private static NodeId node(int number) {
        return new NodeId(new UUID(0, number));
    }
}
