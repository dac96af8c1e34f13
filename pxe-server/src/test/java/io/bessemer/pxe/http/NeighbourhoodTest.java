package io.bessemer.pxe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import io.bessemer.pxe.BootDirectory.ImageReader;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.RunningServer;
import io.bessemer.pxe.Subnet;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighbourhoodTest {
    private static final String IMAGE = "0123456789abcdef0123456789abcdef";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Subnet NETWORK = network("10.0.0.0");

    private final PxeCounters counters = new PxeCounters();
    private final long start = System.nanoTime();
    private final Map<String, ImageReader> readers = new HashMap<>();
    private final Map<String, ImageTurns.Turn> begun = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    /// machine, and whom it shall take from
    private final Map<String, List<String>> sent = new HashMap<>();

    @Test
    void one_that_has_a_neighbour_ahead_of_it_is_sent_there_and_few_fetch_for_all() {
        ImageTurns turns = turns(100, NETWORK);
        for (int i = 1; i <= 20; i++) {
            ask(turns, i, 0, start);
        }
        assertThat(order).as("nobody has anything yet").containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        begun.get("10.0.0.1").end(1);
        ask(turns, 1, 1, start + 1);
        assertThat(order).as("the first goes on").hasSize(ImageTurns.SEEDS + 1);
        turns.tick(start + SECOND / 20);
        assertThat(sent).as("the next have it to take from").hasSize(Neighbourhood.MOST_TAKERS).allSatisfy((_, givers) -> assertThat(givers).containsExactly("10.0.0.1"))
                .containsKeys("10.0.0.5", "10.0.0.8");
        ask(turns, 5, 1, start + SECOND / 10);
        ask(turns, 6, 1, start + SECOND / 10);
        turns.tick(start + SECOND / 10);
        assertThat(sent).as("those give to more").containsKeys("10.0.0.9", "10.0.0.12").hasSizeGreaterThanOrEqualTo(8);
        assertThat(sent.get("10.0.0.9")).contains("10.0.0.5", "10.0.0.6");
        assertThat(order.stream().distinct()).as("nobody else began, but who had nothing and nobody").hasSizeLessThanOrEqualTo(ImageTurns.SEEDS + 2);
    }

    @Test
    void no_giver_is_named_to_more_than_it_can_serve_and_none_that_is_behind_lost_silent_or_elsewhere() {
        var neighbourhood = new Neighbourhood(List.of(NETWORK, network("10.1.0.0")), counters);
        var nodes = new ArrayList<NodeId>();
        for (int i = 0; i < 40; i++) {
            nodes.add(NodeId.random());
            neighbourhood.tell(nodes.get(i), claim("10.0.0." + (i + 1), i < 10 ? 5 : 0, "yes", ""), start);
        }
        var named = new HashMap<String, Integer>();
        for (NodeId node : nodes.subList(10, 40)) {
            List<String> givers = hosts(neighbourhood.name(node, start));
            assertThat(givers).doesNotHaveDuplicates();
            givers.forEach(giver -> named.merge(giver, 1, Integer::sum));
        }
        assertThat(named).hasSize(10).allSatisfy((_, times) -> assertThat(times).isEqualTo(Neighbourhood.MOST_TAKERS));
        assertThat(neighbourhood.name(nodes.get(5), start)).as("nobody is ahead of it").isEmpty();

        nodes.subList(10, 40).forEach(neighbourhood::release);
        NodeId taker = nodes.get(20);
        neighbourhood.tell(taker, claim("10.0.0.21", 0, "yes", " lost=10.0.0.1:40000,10.0.0.2:40000"), start);
        for (int i = 0; i < 4; i++) {
            assertThat(hosts(neighbourhood.name(taker, start))).hasSize(Neighbourhood.NAMED).doesNotContain("10.0.0.1", "10.0.0.2");
        }
        assertThat(counters.value("image.neighbours-lost")).isEqualTo(2);
        neighbourhood.tell(taker, claim("10.1.0.21", 0, "yes", ""), start);
        assertThat(neighbourhood.name(taker, start)).as("it stands on another network").isEmpty();

        long later = start + Neighbourhood.ALIVE + 1;
        neighbourhood.tell(nodes.get(30), claim("10.0.0.31", 0, "yes", ""), later);
        neighbourhood.tell(nodes.get(3), claim("10.0.0.4", 5, "yes", ""), later);
        assertThat(hosts(neighbourhood.name(nodes.get(30), later))).as("the others were reset, or are done").containsExactly("10.0.0.4");
        neighbourhood.lapse(later);
        neighbourhood.leave(nodes.get(3));
        assertThat(neighbourhood.name(nodes.get(30), later)).isEmpty();
    }

    @Test
    void one_that_is_done_is_known_as_long_as_others_get_on_by_it() {
        var neighbourhood = new Neighbourhood(List.of(NETWORK), counters);
        NodeId giver = NodeId.random();
        NodeId taker = NodeId.random();
        neighbourhood.tell(giver, claim("10.0.0.1", 50, "yes", ""), start);
        long now = start;
        for (int chunks = 0; chunks < 4; chunks++) {
            now += Neighbourhood.ALIVE - SECOND;
            neighbourhood.tell(taker, claim("10.0.0.2", chunks, "yes", ""), now);
            neighbourhood.lapse(now);
            assertThat(hosts(neighbourhood.name(taker, now))).containsExactly("10.0.0.1");
        }
        now += Neighbourhood.ALIVE + SECOND;
        neighbourhood.tell(taker, claim("10.0.0.2", 3, "yes", ""), now);
        assertThat(neighbourhood.name(taker, now)).as("nothing came from it since").isEmpty();
    }

    @Test
    void machines_whom_no_neighbour_can_serve_get_turns_like_all_others() {
        ImageTurns slow = turns(10, NETWORK);
        for (int i = 1; i <= 10; i++) {
            ask(slow, i, 0, start);
        }
        assertThat(order).hasSize(ImageTurns.SEEDS);
        slow.tick(start + ImageTurns.NEIGHBOUR_PATIENCE + SECOND);
        assertThat(order).as("those that fetch for all bring nothing").hasSize(10);

        ImageTurns walled = turns(10, NETWORK);
        order.clear();
        for (int i = 1; i <= 10; i++) {
            ask(walled, i, Optional.of(claim("10.0.0." + i, i, "no", "")), start);
        }
        assertThat(order).as("none reaches another").hasSize(10);

        ImageTurns elsewhere = turns(10, network("10.7.0.0"));
        order.clear();
        for (int i = 1; i <= 10; i++) {
            ask(elsewhere, i, i, start);
        }
        assertThat(order).as("they stand in none of our networks").hasSize(10);

        ImageTurns old = turns(10, NETWORK);
        order.clear();
        ask(old, 1, 50, start);
        for (int i = 2; i <= 10; i++) {
            ask(old, i, Optional.empty(), start);
        }
        assertThat(order).as("their agents know of no neighbours").hasSize(10);
        assertThat(sent).isEmpty();
    }

    @Test
    void a_fixed_number_of_turns_holds_for_those_that_fetch_for_others_too() {
        ImageTurns turns = turns(1, NETWORK);
        for (int i = 1; i <= 3; i++) {
            ask(turns, i, 0, start);
        }
        turns.tick(start + 10 * SECOND);
        assertThat(order).containsExactly("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.9:40000", "10.0.0.9:40000 chunks=-1 takes=yes", "10.0.0.9:40000 chunks=99999999 takes=yes", "10.0.0.9:22 chunks=1 takes=yes",
        "10.0.0.9:70000 chunks=1 takes=yes", "10.0.0.900:40000 chunks=1 takes=yes", "10.0.0.9:40000 chunks=1 takes=maybe", "10.0.0.9:40000 chunks=1 takes=yes lost=",
        "10.0.0.9:40000 chunks=1 takes=yes lost=10.0.0.1", "fe80::1:40000 chunks=1 takes=yes"})
    void a_claim_that_is_none_is_counted_and_left_out(String header) {
        assertThat(NeighbourClaim.parse(header, IMAGE, RunningServer.address("10.0.0.9"), counters)).isEmpty();
        assertThat(counters.value("image.claims-malformed")).isEqualTo(1);
    }

    @Test
    void a_machine_speaks_for_itself_alone() {
        assertThat(NeighbourClaim.parse("10.0.0.9:40000 chunks=1 takes=yes", IMAGE, RunningServer.address("10.0.0.8"), counters)).as("for another, or through a proxy").isEmpty();
        assertThat(counters.value("image.claims-of-others")).isEqualTo(1);
        assertThat(NeighbourClaim.parse(null, IMAGE, RunningServer.address("10.0.0.8"), counters)).isEmpty();
    }

    private ImageTurns turns(int limit, Subnet network) {
        return new ImageTurns(new ImageTurnLimit(limit), new Neighbourhood(List.of(network), counters), counters);
    }

    private static Subnet network(String address) {
        return Subnet.proxied(RunningServer.address(address), 24);
    }

    private NeighbourClaim claim(String address, int chunks, String takes, String more) {
        return NeighbourClaim.parse("%s:40000 chunks=%d takes=%s%s".formatted(address, chunks, takes, more), IMAGE, RunningServer.address(address), counters).orElseThrow();
    }

    private void ask(ImageTurns turns, int host, int chunks, long now) {
        ask(turns, host, Optional.of(claim("10.0.0." + host, chunks, "yes", "")), now);
    }

    private void ask(ImageTurns turns, int host, Optional<NeighbourClaim> claim, long now) {
        String machine = "10.0.0." + host;
        turns.ask(readers.computeIfAbsent(machine, _ -> new ImageReader(NodeId.random(), "")), claim, new ImageTurns.Request() {
            @Override
            public void begin(ImageTurns.Turn turn) {
                order.add(machine);
                begun.put(machine, turn);
            }

            @Override
            public void tellToWait(int before) {
                throw new AssertionError(machine + " waited long");
            }

            @Override
            public void tellNeighbours(List<InetSocketAddress> givers) {
                sent.put(machine, hosts(givers));
            }

            @Override
            public boolean isWanted() {
                return true;
            }
        }, now);
    }

    private static List<String> hosts(List<InetSocketAddress> addresses) {
        return addresses.stream().map(address -> address.getAddress().getHostAddress()).toList();
    }
}
