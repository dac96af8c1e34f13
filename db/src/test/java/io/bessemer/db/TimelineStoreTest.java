package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the store of timelines promises, whichever database is below.
abstract class TimelineStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;

    @Test
    void of_many_events_those_of_nodes_that_are_gone_are_left_out_and_the_others_kept() {
        Node node = database.nodes().create(StoreTest.bare().build());
        NodeId gone = NodeId.random();
        List<TimelineEvent> events = IntStream.range(0, 2 * Blocks.LARGEST + 3)
                .mapToObj(n -> event(n % 7 == 3 ? gone : node.id(), START.plusSeconds(n), "e" + n)).toList();
        database.timeline().append(events);
        assertThat(database.timeline().read(node.id(), null, 0)).extracting(TimelineEvent::event)
                .containsExactlyElementsOf(events.stream().filter(event -> event.node().equals(node.id())).map(TimelineEvent::event).toList());
        assertThat(database.timeline().read(gone, null, 0)).isEmpty();
    }

    @Test
    void a_timeline_keeps_the_newest_two_thousand_and_reads_in_order_of_time() {
        Node node = database.nodes().create(StoreTest.bare().build());
        for (int i = 0; i < 2500; i += 50) {
            int from = i;
            database.timeline().append(IntStream.range(from, from + 50).mapToObj(n -> event(node.id(), START.plusSeconds(n), "e" + n)).toList());
        }
        List<TimelineEvent> all = database.timeline().read(node.id(), null, 0);
        assertThat(all).hasSize(2000).extracting(TimelineEvent::event).startsWith("e500").endsWith("e2499");
        assertThat(all.getFirst().details()).isEqualTo(Map.of("mac", "52:54:00:12:34:56", "bytes", 5_000_000_000L));
        assertThat(raw("SELECT id FROM timeline WHERE node_uuid = '" + node.id() + "'")).hasSizeLessThan(2000 + SqlTimelineStore.APPENDS_A_TRIM);
        assertThat(database.timeline().read(node.id(), null, 2)).extracting(TimelineEvent::event).containsExactly("e2498", "e2499");
        assertThat(database.timeline().read(node.id(), START.plusSeconds(1000), 2)).extracting(TimelineEvent::event).containsExactly("e1000", "e1001");
    }

    static TimelineEvent event(NodeId node, Instant at, String event) {
        return new TimelineEvent(node, at, 1, BootPhase.DHCP, "dhcp", event, "in words", Map.of("mac", "52:54:00:12:34:56", "bytes", 5_000_000_000L));
    }
}
