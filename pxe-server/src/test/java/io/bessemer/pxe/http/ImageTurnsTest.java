package io.bessemer.pxe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import io.bessemer.pxe.BootDirectory.ImageReader;
import io.bessemer.pxe.PxeCounters;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ImageTurnsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PxeCounters counters = new PxeCounters();
    private final long start = System.nanoTime();
    private final Map<String, ImageReader> readers = new HashMap<>();
    private final Map<String, ImageTurns.Turn> begun = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();

    @Test
    void a_turn_stays_with_its_machine_until_it_asks_for_nothing_more_and_goes_to_the_one_that_came_first() {
        var turns = new ImageTurns(new ImageTurnLimit(2), new Neighbourhood(List.of(), counters), counters);
        for (String machine : List.of("a", "b", "c", "d")) {
            ask(turns, machine, "", start);
        }
        assertThat(order).containsExactly("a", "b");
        begun.get("a").end(100);
        ask(turns, "a", "", start);
        assertThat(order).as("its next chunk").containsExactly("a", "b", "a");
        turns.tick(start + SECOND);
        assertThat(order).as("both fetch").hasSize(3);
        begun.get("a").end(100);
        turns.tick(start + 2 * SECOND);
        assertThat(order).as("a writes, or is done").containsExactly("a", "b", "a", "c");
        ask(turns, "a", "", start + 2 * SECOND);
        assertThat(order).as("it keeps its turn").containsExactly("a", "b", "a", "c", "a");
        begun.get("a").end(100);
        turns.tick(start + 14 * SECOND);
        ask(turns, "a", "", start + 14 * SECOND);
        assertThat(order).as("too late").hasSize(5);
        assertThat(turns.active()).isEqualTo(2);
    }

    @Test
    void pools_have_equal_shares() {
        var turns = new ImageTurns(new ImageTurnLimit(4), new Neighbourhood(List.of(), counters), counters);
        for (int i = 0; i < 20; i++) {
            ask(turns, "large" + i, "large", start);
        }
        ask(turns, "small0", "small", start);
        ask(turns, "small1", "small", start);
        ask(turns, "small2", "small", start);
        assertThat(order).containsExactly("large0", "large1", "large2", "large3");
        List.of("large0", "large1").forEach(machine -> begun.get(machine).end(1));
        turns.tick(start + 4 * SECOND);
        assertThat(order.subList(4, order.size())).containsExactly("small0", "small1");
        List.of("large2", "small0").forEach(machine -> begun.get(machine).end(1));
        turns.tick(start + 8 * SECOND);
        assertThat(order.subList(6, order.size())).containsExactlyInAnyOrder("large4", "small2");
    }

    @Test
    void one_that_waited_long_is_told_how_many_are_before_it_and_keeps_its_place() {
        var turns = new ImageTurns(new ImageTurnLimit(1), new Neighbourhood(List.of(), counters), counters);
        for (String machine : List.of("a", "b", "c", "d")) {
            ask(turns, machine, "", start);
        }
        turns.tick(start + 21 * SECOND);
        assertThat(told).containsExactly("b 0", "c 1", "d 2");
        ask(turns, "d", "", start + 21 * SECOND);
        ask(turns, "b", "", start + 22 * SECOND);
        begun.get("a").end(1);
        turns.tick(start + 24 * SECOND);
        assertThat(order).containsExactly("a", "b");
        begun.get("b").end(1);
        turns.tick(start + 30 * SECOND);
        assertThat(order).as("c does not ask now, and is not waited for").containsExactly("a", "b", "d");
    }

    @Test
    void a_client_that_went_away_takes_no_turn() {
        var turns = new ImageTurns(new ImageTurnLimit(1), new Neighbourhood(List.of(), counters), counters);
        ask(turns, "a", "", start);
        ask(turns, "b", "", start);
        ask(turns, "c", "", start);
        gone.add("b");
        begun.get("a").end(1);
        turns.tick(start + 3 * SECOND);
        assertThat(order).containsExactly("a", "c");
    }

    @Test
    void while_a_rack_boots_few_machines_get_turns() {
        var turns = new ImageTurns(new ImageTurnLimit(40), new Neighbourhood(List.of(), counters), counters);
        turns.boots(50);
        for (int i = 0; i < 40; i++) {
            ask(turns, "m" + i, "", start);
        }
        assertThat(order).hasSize(ImageTurnLimit.FEWEST);
        turns.boots(-50);
        turns.tick(start + 1);
        assertThat(order).hasSize(40);
    }

    @Test
    void a_thousand_machines_are_all_served_the_first_early_and_the_last_no_later_than_without_turns() {
        var limit = new ImageTurnLimit(0);
        var turns = new ImageTurns(limit, new Neighbourhood(List.of(), counters), counters);
        int machines = 1000;
        double card = 1000; // chunks a second; an image has 10
        var left = new HashMap<String, Integer>();
        var ends = new ArrayList<Double>();
        for (int i = 0; i < machines; i++) {
            left.put("m" + i, 10);
            ask(turns, "m" + i, "", start);
        }
        double step = 0.2;
        double time = 0;
        for (; ends.size() < machines && time < 60; time += step) {
            long now = start + (long) (time * SECOND);
            int chunks = (int) (card * step);
            for (String machine : List.copyOf(begun.keySet())) {
                for (int i = 0; i < 20 && chunks > 0 && begun.containsKey(machine); i++, chunks--) {
                    begun.remove(machine).end(1);
                    if (left.merge(machine, -1, Integer::sum) == 0) {
                        ends.add(time);
                    } else {
                        ask(turns, machine, "", now);
                    }
                }
            }
            turns.tick(now);
        }
        assertThat(ends).hasSize(machines);
        assertThat(ends.get(machines / 10)).as("the first tenth is done, s").isLessThan(10);
        assertThat(time).as("all are done, s; the card alone needs 10").isLessThan(45);
    }

    private void ask(ImageTurns turns, String machine, String pool, long now) {
        turns.ask(readers.computeIfAbsent(machine, _ -> new ImageReader(NodeId.random(), pool)), Optional.empty(), new ImageTurns.Request() {
            @Override
            public void begin(ImageTurns.Turn turn) {
                order.add(machine);
                begun.put(machine, turn);
            }

            @Override
            public void tellToWait(int before) {
                told.add(machine + " " + before);
            }

            @Override
            public void tellNeighbours(List<InetSocketAddress> givers) {
                throw new AssertionError(machine + " takes from nobody");
            }

            @Override
            public boolean isWanted() {
                return !gone.contains(machine);
            }
        }, now);
    }
}
