package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.host.protocol.MoveReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GuestPlannerTest {
    private static final String ORDERS = "o1";
    private static final Map<NodeId, String> NAMES = Map.of(id(1), "h1", id(2), "h2", id(3), "h3");

    private HostProfile profile = PROFILE;
    private final List<GuestWish> wishes = new ArrayList<>();
    private final List<GuestMove> moves = new ArrayList<>();
    private Instant now = NOW.plusSeconds(30);

    @Test
    void guests_of_a_drained_host_go_where_most_memory_is_left_two_at_a_time() {
        Hypervisor source = draining(1, guest(1, "running", 512), guest(2, "running", 512), guest(3, "running", 512));
        List<GuestPlanner.Step> steps = plan(source, enabled(2, 4096, 1000), enabled(3, 4096, 1300));
        assertThat(begun(steps)).containsExactly("g1 -> h2", "g2 -> h3");
        assertThat(told(steps)).isEqualTo("asked for 'drain'; guests: g1 moves to h2; g2 moves to h3; g3 waits for its turn");
    }

    @Test
    void what_is_promised_to_others_is_not_given_twice() {
        moves.add(GuestMove.begin(uuid(9), "g9", id(1), id(2), false, NOW));
        Hypervisor source = draining(1, guest(9, "running", 1024), guest(1, "running", 1024));
        List<GuestPlanner.Step> steps = plan(source, enabled(2, 2560, 0)); // 2560 - 320 of its own - 1024 promised
        assertThat(begun(steps)).containsExactly("g1 -> h2");
        steps = plan(source, enabled(2, 2560, 300));
        assertThat(begun(steps)).isEmpty();
        assertThat(told(steps)).contains("no other host has room for g1 (1024 MiB)");
    }

    @Test
    void hosts_that_are_not_in_service_or_leave_themselves_take_no_guests() {
        Hypervisor source = draining(1, guest(1, "running", 256));
        Hypervisor marked = enabled(2, 4096, 0).toBuilder().reimage(true).build();
        Hypervisor silent = enabled(3, 4096, 0).toBuilder().reportedAt(NOW.minus(Duration.ofHours(1))).build();
        Hypervisor verifying = Hosts.verifying(4, Hosts.pool(4));
        List<GuestPlanner.Step> steps = plan(source, marked, silent, verifying);
        assertThat(begun(steps)).isEmpty();
        assertThat(told(steps)).endsWith("; guests: no other host has room for g1 (256 MiB)");
    }

    @Test
    void hosts_as_the_profile_is_now_come_first() {
        profile = Hosts.generation(3);
        Hypervisor old = enabled(2, 8192, 0);
        Hypervisor fresh = enabled(3, 2048, 0).toBuilder().build();
        Hypervisor renewed = anew(fresh);
        assertThat(begun(plan(draining(1, guest(1, "running", 256)), old, renewed))).containsExactly("g1 -> h3");
        assertThat(begun(plan(draining(1, guest(1, "running", 4096)), old, renewed))).as("when it has room").containsExactly("g1 -> h2");
    }

    @Test
    void a_guest_that_is_shut_off_needs_no_memory() {
        assertThat(begun(plan(draining(1, guest(1, "shut off", 65_536)), enabled(2, 2048, 0)))).containsExactly("g1 -> h2");
    }

    @Test
    void a_move_ends_when_the_guest_is_there_and_not_before() {
        moves.add(GuestMove.begin(uuid(1), "g1", id(1), id(2), false, NOW));
        Hypervisor here = draining(1, guest(1, "running", 256));
        assertThat(plan(reporting(here, 1, MoveReport.State.RUNNING), enabled(2, 4096, 0))).noneMatch(GuestPlanner.Step.End.class::isInstance);
        assertThat(plan(here, with(enabled(2, 4096, 0), guest(1, "paused", 256)))).as("it is arriving").noneMatch(GuestPlanner.Step.End.class::isInstance);
        assertThat(end(plan(here, with(enabled(2, 4096, 256), guest(1, "running", 256))))).as("this host's report is older").isEqualTo("arrived");
        assertThat(end(plan(draining(1), with(enabled(2, 4096, 256), guest(1, "shut off", 256))))).isEqualTo("arrived");
    }

    @Test
    void a_guest_that_has_just_arrived_is_not_sent_anew_by_an_old_report() {
        Hypervisor here = draining(1, guest(1, "running", 256));
        assertThat(begun(plan(here, with(enabled(2, 4096, 256), guest(1, "running", 256))))).isEmpty();
    }

    @Test
    void a_move_that_failed_is_tried_on_another_host_and_then_told() {
        GuestMove move = GuestMove.begin(uuid(1), "g1", id(1), id(2), false, NOW);
        moves.add(move);
        Hypervisor failed = reporting(draining(1, guest(1, "running", 256)), 1, MoveReport.State.FAILED);
        List<GuestPlanner.Step> steps = plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0));
        GuestMove waiting = change(steps);
        assertThat(waiting.target()).isNull();
        assertThat(waiting.tried()).containsExactly(id(2));
        moves.set(0, waiting);
        GuestMove second = change(plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0)));
        assertThat(second.target()).isEqualTo(id(3));
        assertThat(second.number()).as("the agent's word on the first try says nothing of the second").isGreaterThan(move.number());
        moves.set(0, second);
        assertThat(plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0))).noneMatch(GuestPlanner.Step.Change.class::isInstance);
        moves.set(0, second.failed("g1 could not be moved to h3: full", now));
        steps = plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0));
        assertThat(steps).singleElement().isInstanceOf(GuestPlanner.Step.Tell.class);
        assertThat(told(steps)).isEqualTo("asked for 'drain'; guests: g1 could not be moved to h3: full. No other host is left to try");
        now = now.plus(GuestPlanner.TRY_AGAIN).plusSeconds(1);
        assertThat(change(plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0))).tried()).as("after some minutes").isEmpty();
    }

    @Test
    void a_move_that_somebody_asked_for_is_not_tried_elsewhere() {
        moves.add(GuestMove.begin(uuid(1), "g1", id(1), id(2), true, NOW));
        Hypervisor failed = reporting(with(enabled(1, 4096, 256), guest(1, "running", 256)), 1, MoveReport.State.FAILED);
        assertThat(end(plan(failed, enabled(2, 8192, 0), enabled(3, 4096, 0)))).isEqualTo("g1 could not be moved to h2: no route");
    }

    @Test
    void moves_that_wait_end_with_the_drain_and_those_under_way_go_on() {
        moves.add(GuestMove.begin(uuid(1), "g1", id(1), id(2), false, NOW).failed("full", NOW));
        moves.add(GuestMove.begin(uuid(2), "g2", id(1), id(2), false, NOW));
        Hypervisor enabled = with(enabled(1, 4096, 512), guest(1, "running", 256), guest(2, "running", 256));
        assertThat(plan(enabled, enabled(2, 4096, 0))).singleElement().isInstanceOfSatisfying(GuestPlanner.Step.End.class, end -> {
            assertThat(end.move().name()).isEqualTo("g1");
            assertThat(end.arrived()).isFalse();
        });
    }

    @Test
    void a_guest_that_is_on_neither_host_is_looked_for_until_both_have_reported_for_a_while() {
        moves.add(GuestMove.begin(uuid(1), "g1", id(1), id(2), false, NOW));
        GuestMove looked = change(plan(draining(1), enabled(2, 4096, 0)));
        assertThat(looked.message()).isEqualTo("g1 left, and is looked for on h2");
        moves.set(0, looked);
        assertThat(plan(draining(1), enabled(2, 4096, 0))).isEmpty();
        Instant later = now.plus(GuestPlanner.LOST).plusSeconds(1);
        now = later.plusSeconds(1);
        assertThat(plan(draining(1).toBuilder().reportedAt(later).build(), enabled(2, 4096, 0))).as("the other host is silent").isEmpty();
        assertThat(end(plan(draining(1).toBuilder().reportedAt(later).build(), enabled(2, 4096, 0).toBuilder().reportedAt(later).build())))
                .isEqualTo("it ended on its way to h2");
    }

    @Test
    void a_guest_that_was_not_begun_yet_is_settled_on_another_host_once_its_host_knows() {
        wishes.add(wish(1, 1, GuestWish.State.RUNNING));
        Hypervisor unaware = draining(1).toBuilder().facts(Map.of(Facts.ORDERS, ORDERS, Facts.GUEST_ORDERS, "older")).build();
        assertThat(plan(unaware, enabled(2, 4096, 0))).isEmpty();
        assertThat(plan(draining(1), enabled(2, 4096, 0))).singleElement()
                .isInstanceOfSatisfying(GuestPlanner.Step.Settle.class, step -> assertThat(step.host()).isEqualTo(id(2)));
        assertThat(told(plan(draining(1)))).isEqualTo("asked for 'drain'; guests: no other host takes g1");
        assertThat(told(plan(draining(1).toBuilder().reimage(true).build()))).isEqualTo("asked for 'drain'; guests: g1 begins when it is imaged again");
    }

    @Test
    void a_guest_that_shall_be_absent_is_forgotten_once_it_is_and_not_moved_before() {
        wishes.add(wish(1, 1, GuestWish.State.ABSENT));
        assertThat(begun(plan(draining(1, guest(1, "running", 256)), enabled(2, 4096, 0)))).isEmpty();
        assertThat(plan(with(enabled(1, 4096, 0), guest(1, "running", 256)))).isEmpty();
        assertThat(plan(enabled(1, 4096, 0))).singleElement().isInstanceOf(GuestPlanner.Step.Forget.class);
    }

    @Test
    void containers_are_waited_for() {
        profile = PROFILE.toBuilder().hypervisor(HypervisorKind.LXC).build();
        Hypervisor container = anew(enabled(1, 4096, 0)).moved(HypervisorEvent.DRAIN, "asked for 'drain'", profile, NOW);
        List<GuestPlanner.Step> steps = plan(with(container, guest(1, "running", 256)), anew(enabled(2, 4096, 0)));
        assertThat(begun(steps)).isEmpty();
        assertThat(told(steps)).endsWith("guests of lxc cannot be moved: shut down g1");
    }

    @Test
    void hosts_of_another_kind_and_those_of_a_cloud_take_none() {
        profile = PROFILE.toBuilder().hypervisor(HypervisorKind.QEMU).generation(3).build();
        Hypervisor emulated = anew(enabled(2, 4096, 0));
        assertThat(begun(plan(draining(1, guest(1, "running", 256)), emulated))).isEmpty();
        profile = PROFILE.toBuilder().cloud("stack").generation(3).build();
        Hypervisor clouds = anew(enabled(2, 4096, 0));
        assertThat(begun(plan(draining(1, guest(1, "running", 256)), clouds))).isEmpty();
        assertThat(plan(with(clouds.moved(HypervisorEvent.DRAIN, null, profile, NOW), guest(1, "running", 256)), enabled(3, 4096, 0))).as("its cloud moves them").isEmpty();
    }

    @Test
    void the_reason_is_what_it_was_when_the_guests_have_gone() {
        Hypervisor gone = draining(1).toBuilder().reason("asked for 'drain'; guests: g1 moves to h2").build();
        assertThat(told(plan(gone))).isEqualTo("asked for 'drain'");
        assertThat(GuestPlanner.base(null)).isNull();
        assertThat(GuestPlanner.base("; guests: g1 moves to h2")).isNull();
    }

    private List<GuestPlanner.Step> plan(Hypervisor... members) {
        return GuestPlanner.plan(new GuestPlanner.View(profile, List.of(members), _ -> ORDERS, wishes, moves, NAMES, now));
    }

    private static List<String> begun(List<GuestPlanner.Step> steps) {
        return steps.stream().filter(GuestPlanner.Step.Begin.class::isInstance).map(step -> ((GuestPlanner.Step.Begin) step).move())
                .map(move -> move.name() + " -> " + NAMES.get(move.target())).toList();
    }

    private static String told(List<GuestPlanner.Step> steps) {
        return steps.stream().filter(GuestPlanner.Step.Tell.class::isInstance).map(step -> ((GuestPlanner.Step.Tell) step).reason()).findFirst().orElseThrow();
    }

    private static GuestMove change(List<GuestPlanner.Step> steps) {
        return steps.stream().filter(GuestPlanner.Step.Change.class::isInstance).map(step -> ((GuestPlanner.Step.Change) step).after()).findFirst().orElseThrow();
    }

    private static String end(List<GuestPlanner.Step> steps) {
        return steps.stream().filter(GuestPlanner.Step.End.class::isInstance).map(GuestPlanner.Step.End.class::cast)
                .map(end -> end.arrived() ? "arrived" : end.message()).findFirst().orElseThrow();
    }

    private Hypervisor draining(int number, Hypervisor.Guest... guests) {
        return with(enabled(number, 4096, 0).moved(HypervisorEvent.DRAIN, "asked for 'drain'", profile, NOW), guests);
    }

    private static Hypervisor enabled(int number, long memoryMib, long used) {
        return Hosts.enabled(number, Hosts.pool(4)).toBuilder().capacity(new Hypervisor.Capacity(4, memoryMib, 100, 0, 0, used, 0))
                .facts(Map.of(Facts.ORDERS, ORDERS, Facts.GUEST_ORDERS, ORDERS, Facts.URI, "qemu:///system")).build();
    }

    /// Imaged again by generation 3.
    private Hypervisor anew(Hypervisor host) {
        Hypervisor again = host.moved(HypervisorEvent.DRAIN, null, profile, NOW).toBuilder().reimage(true).build().moved(HypervisorEvent.EMPTIED, null, profile, NOW)
                .moved(HypervisorEvent.DEPLOYED, null, profile, NOW).moved(HypervisorEvent.JOINED, null, profile, NOW).moved(HypervisorEvent.VERIFIED, null, profile, NOW);
        return again.toBuilder().address("192.0.2.3").facts(Map.of(Facts.URI, "qemu:///system")).reportedAt(NOW).capacity(host.capacity()).build();
    }

    private static Hypervisor with(Hypervisor host, Hypervisor.Guest... guests) {
        return host.toBuilder().guests(Arrays.asList(guests)).build();
    }

    private Hypervisor reporting(Hypervisor host, int guest, MoveReport.State state) {
        Map<String, Object> facts = new LinkedHashMap<>(host.facts());
        facts.put(Facts.GUEST_MOVES, Map.of(uuid(guest).toString(), new MoveReport(uuid(guest), moves.getFirst().number(), state, "no route").toMap()));
        return host.toBuilder().facts(facts).build();
    }

    private static Hypervisor.Guest guest(int number, String state, long memoryMib) {
        return new Hypervisor.Guest(uuid(number).toString(), "g" + number, state, 1, memoryMib);
    }

    private static GuestWish wish(int number, int host, GuestWish.State state) {
        return new GuestWish(uuid(number), "g" + number, "p1", id(host), "<domain/>", state, null, 0, NOW, null);
    }

    private static UUID uuid(int number) {
        return new UUID(7, number);
    }

    private static NodeId id(int number) {
        return new NodeId(new UUID(0, number));
    }
}
