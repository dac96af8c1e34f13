package io.bessemer.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.fault.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeWalkTest {
    private final List<NodeId> stored = new ArrayList<>(IntStream.range(0, 3 * NodeWalk.PAGE).mapToObj(_ -> NodeId.random()).toList());
    private int asked;

    /// As the stores: a marker that is gone is not found.
    private List<NodeId> page(NodeQuery query) {
        asked++;
        int from = query.marker() == null ? 0 : stored.indexOf(query.marker()) + 1;
        if (query.marker() != null && from == 0) {
            throw new Failure.NotFound("Node", query.marker().toString());
        }
        return List.copyOf(stored.subList(from, Math.min(stored.size(), from + query.limit())));
    }

    @Test
    void all_are_met_in_order_a_page_at_a_time() {
        List<NodeId> met = new ArrayList<>();
        NodeWalk.of(this::page, id -> id, met::add);
        assertThat(met).isEqualTo(stored);
        assertThat(asked).isEqualTo(4);
    }

    @Test
    void the_last_one_of_a_page_is_deleted_meanwhile_and_the_others_are_met_once() {
        List<NodeId> before = List.copyOf(stored);
        NodeId victim = stored.get(NodeWalk.PAGE - 1);
        List<NodeId> met = new ArrayList<>();
        NodeWalk.of(this::page, id -> id, id -> {
            met.add(id);
            if (id.equals(victim)) {
                stored.remove(victim);
            }
        });
        assertThat(met).isEqualTo(before);
    }
}
