package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrimTurnsTest {
    private final TrimTurns turns = new TrimTurns(10);
    private final NodeId node = NodeId.random();

    @Test
    void it_is_time_at_the_first_entry_and_then_at_each_tenth() {
        assertThat(IntStream.rangeClosed(1, 25).filter(_ -> turns.due(node, 1))).containsExactly(1, 11, 21);
    }

    @Test
    void entries_that_come_together_count_each() {
        turns.due(node, 1);
        assertThat(turns.due(node, 9)).isFalse();
        assertThat(turns.due(node, 4)).isTrue();
        assertThat(turns.due(node, 9)).isFalse();
    }

    @Test
    void nodes_beyond_all_number_are_forgotten_which_only_makes_it_time_earlier() {
        turns.due(node, 1);
        IntStream.range(0, TrimTurns.MOST).forEach(_ -> turns.due(NodeId.random(), 1));
        assertThat(turns.due(node, 1)).isTrue();
    }
}
