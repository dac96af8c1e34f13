package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.host.protocol.MoveReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What has to be done about the guests of a pool. A function of what is: asked again, it goes on from there.
///
/// A guest that was ordered to move may come to run on its target at any moment, so a move ends by what hosts report and by nothing else:
/// it arrived, or its host says that it will not.
public final class GuestPlanner {
    /// from one host, under way
    static final int MOVES_OF_A_HOST = 2;
    /// a guest that left one host is looked for on the other so long after both reported
    static final Duration LOST = Duration.ofMinutes(1);
    /// after so long, hosts that a guest could not be moved to are tried anew
    static final Duration TRY_AGAIN = Duration.ofMinutes(5);
    private static final String MARK = "; guests: ";
    private static final int GUESTS_TOLD = 5;
    private static final int LONGEST_TOLD = 300;

    /// @param members of the pool
    /// @param orders  id of the orders that a member's agent should follow
    /// @param wishes  for guests of the pool
    /// @param moves   from members of the pool
    /// @param names   of members' nodes, for people
    public record View(HostProfile profile, List<Hypervisor> members, Function<Hypervisor, String> orders, List<GuestWish> wishes, List<GuestMove> moves,
            Map<NodeId, String> names, Instant now) {}

    public sealed interface Step {
        record Begin(GuestMove move) implements Step {}

        /// @param told for people
        record Change(GuestMove after, String told) implements Step {}

        /// @param message for the guest; null when there is nothing to say
        record End(GuestMove move, boolean arrived, String message) implements Step {}

        /// A guest that is nowhere yet shall be on another host.
        record Settle(GuestWish wish, NodeId host) implements Step {}

        /// A guest that shall be absent is.
        record Forget(GuestWish wish) implements Step {}

        /// What keeps a member from being empty.
        record Tell(Hypervisor member, String reason) implements Step {}
    }

    private final View view;
    private final Room room;
    private final List<Step> steps = new ArrayList<>();
    private final Map<UUID, GuestMove> moves;
    private final Map<UUID, GuestWish> wishes;
    /// moves from a host, by this pass
    private final Map<NodeId, Long> begun = new HashMap<>();

    private GuestPlanner(View view) {
        this.view = view;
        this.room = new Room(view.profile, view.members, view.moves, view.now);
        this.moves = view.moves.stream().collect(Collectors.toMap(GuestMove::guest, move -> move));
        this.wishes = view.wishes.stream().collect(Collectors.toMap(GuestWish::uuid, wish -> wish));
    }

    public static List<Step> plan(View view) {
        var planner = new GuestPlanner(view);
        view.moves.forEach(planner::look);
        view.wishes.stream().filter(wish -> wish.state() == GuestWish.State.ABSENT).forEach(planner::forget);
        view.members.stream().filter(member -> member.state() == HypervisorState.DRAINING && member.imaged().cloud() == null).forEach(planner::drain);
        return planner.steps;
    }

    /// Whether guests of a kind can go to another host while they run. libvirt has no such thing for containers; a vendor's kind is tried.
    static boolean movable(HypervisorKind kind) {
        return !kind.equals(HypervisorKind.LXC);
    }

    private void look(GuestMove move) {
        Optional<Hypervisor> source = room.find(move.source());
        if (source.isEmpty()) {
            return; // of another pool
        }
        Optional<Hypervisor.Guest> here = Room.guest(source.get(), move.guest());
        if (move.target() == null) {
            waiting(move, source.get(), here);
            return;
        }
        Optional<Hypervisor> target = room.find(move.target());
        Optional<Hypervisor.Guest> there = target.flatMap(host -> Room.guest(host, move.guest()));
        // libvirt lets a guest run there only when it has given it up here; the report of this host may be older
        if (there.isPresent() && (here.isEmpty() || there.get().state().equals("running"))) {
            steps.add(new Step.End(move, true, null));
            return;
        }
        Optional<MoveReport> report = Members.move(source.get(), move.guest()).filter(one -> one.number() == move.number());
        if (here.isPresent()) {
            if (report.filter(one -> one.state() == MoveReport.State.FAILED).isPresent()) {
                failed(move, "%s could not be moved to %s: %s".formatted(move.name(), name(move.target()), report.get().detail()));
            }
            return;
        }
        gone(move, source.get(), target);
    }

    private void failed(GuestMove move, String reason) {
        steps.add(move.asked() ? new Step.End(move, false, reason) : new Step.Change(move.failed(reason, view.now), reason));
    }

    /// On neither host: it is on its way, or has come to its end.
    private void gone(GuestMove move, Hypervisor source, Optional<Hypervisor> target) {
        String looked = "%s left, and is looked for on %s".formatted(move.name(), name(move.target()));
        if (!looked.equals(move.message())) {
            steps.add(new Step.Change(move.withMessage(looked, view.now), looked));
            return;
        }
        Instant since = move.since().plus(LOST);
        boolean heard = reported(source, since) && target.filter(host -> !reported(host, since)).isEmpty();
        if (heard && Members.followed(source).equals(view.orders.apply(source))) {
            steps.add(new Step.End(move, false, "it ended on its way to " + name(move.target())));
        }
    }

    private static boolean reported(Hypervisor member, Instant since) {
        return member.reportedAt() != null && member.reportedAt().isAfter(since);
    }

    private void waiting(GuestMove move, Hypervisor source, Optional<Hypervisor.Guest> here) {
        if (here.isEmpty() || !move.asked() && source.state() != HypervisorState.DRAINING) {
            steps.add(new Step.End(move, false, null)); // it went by itself, or may stay
            return;
        }
        if (underWay(source) >= MOVES_OF_A_HOST) {
            return;
        }
        Optional<Hypervisor> host = room.choose(source, move.tried(), Room.needed(here.get()));
        if (host.isPresent()) {
            room.promise(host.get().node(), Room.needed(here.get()));
            begun.merge(source.node(), 1L, Long::sum);
            steps.add(new Step.Change(move.to(host.get().node(), view.now), "%s is to move to %s".formatted(move.name(), name(host.get().node()))));
        } else if (move.asked()) {
            steps.add(new Step.End(move, false, "no other host has room for it"));
        } else if (!move.tried().isEmpty() && view.now.isAfter(move.since().plus(TRY_AGAIN))) {
            steps.add(new Step.Change(move.anew(view.now), "%s is tried on all hosts anew".formatted(move.name())));
        }
    }

    private long underWay(Hypervisor source) {
        return view.moves.stream().filter(move -> move.source().equals(source.node()) && move.target() != null).count() + begun.getOrDefault(source.node(), 0L);
    }

    private void forget(GuestWish wish) {
        boolean gone = room.find(wish.node()).filter(host -> Members.followed(host).equals(view.orders.apply(host)) && Room.guest(host, wish.uuid()).isEmpty()).isPresent();
        if (gone && !moves.containsKey(wish.uuid())) {
            steps.add(new Step.Forget(wish));
        }
    }

    private void drain(Hypervisor member) {
        List<String> told = new ArrayList<>();
        Set<UUID> present = new HashSet<>();
        for (Hypervisor.Guest guest : member.guests()) {
            UUID uuid = UUID.fromString(guest.uuid());
            present.add(uuid);
            GuestMove move = moves.get(uuid);
            if (move != null) {
                told.add(told(move, member));
            } else if (wishes.get(uuid) == null || wishes.get(uuid).state() != GuestWish.State.ABSENT) {
                leave(member, guest, uuid).ifPresent(told::add);
            }
        }
        for (GuestWish wish : view.wishes) {
            boolean nowhere = wish.node().equals(member.node()) && !present.contains(wish.uuid()) && wish.state() != GuestWish.State.ABSENT && !moves.containsKey(wish.uuid());
            // once its agent looks after guests by orders without this one, nothing that earlier orders asked for is under way
            if (nowhere && Members.followed(member).equals(view.orders.apply(member))) {
                room.choose(member, Set.of(), 0).ifPresentOrElse(host -> steps.add(new Step.Settle(wish, host.node())),
                        () -> told.add(member.reimage() ? "%s begins when it is imaged again".formatted(wish.name()) : "no other host takes " + wish.name()));
            }
        }
        String base = base(member.reason());
        String text = told.stream().limit(GUESTS_TOLD).collect(Collectors.joining("; ")) + (told.size() > GUESTS_TOLD ? "; and %d more".formatted(told.size() - GUESTS_TOLD) : "");
        String reason = text.isEmpty() ? base : (base == null ? "" : base) + MARK + text;
        if (!Objects.equals(reason, member.reason())) {
            steps.add(new Step.Tell(member, reason));
        }
    }

    /// What a member's reason was before guests had a part in it; null when there was none.
    static String base(String reason) {
        if (reason == null || !reason.contains(MARK)) {
            return reason;
        }
        String base = reason.substring(0, reason.indexOf(MARK));
        return base.isEmpty() ? null : base;
    }

    private String told(GuestMove move, Hypervisor source) {
        if (move.target() == null) {
            String why = move.message() == null ? "%s has no other host".formatted(move.name()) : move.message();
            return (why.length() > LONGEST_TOLD ? why.substring(0, LONGEST_TOLD) + "…" : why) + ". No other host is left to try";
        }
        return "%s moves to %s".formatted(move.name(), name(move.target()));
    }

    /// @return why it stays
    private Optional<String> leave(Hypervisor member, Hypervisor.Guest guest, UUID uuid) {
        if (!movable(member.imaged().hypervisor())) {
            return Optional.of("guests of %s cannot be moved: shut down %s".formatted(member.imaged().hypervisor().wire(), guest.name()));
        }
        boolean elsewhere = view.members.stream().anyMatch(other -> !other.node().equals(member.node()) && Room.guest(other, uuid).isPresent());
        if (elsewhere) { // it has just arrived there, and this host's report is older
            return Optional.empty();
        }
        if (underWay(member) >= MOVES_OF_A_HOST) {
            return Optional.of(guest.name() + " waits for its turn");
        }
        Optional<Hypervisor> host = room.choose(member, Set.of(), Room.needed(guest));
        if (host.isEmpty()) {
            return Optional.of("no other host has room for %s (%d MiB)".formatted(guest.name(), Room.needed(guest)));
        }
        room.promise(host.get().node(), Room.needed(guest));
        begun.merge(member.node(), 1L, Long::sum);
        steps.add(new Step.Begin(GuestMove.begin(uuid, guest.name(), member.node(), host.get().node(), false, view.now)));
        return Optional.of("%s moves to %s".formatted(guest.name(), name(host.get().node())));
    }

    private String name(NodeId node) {
        return view.names.getOrDefault(node, node.toString());
    }
}
