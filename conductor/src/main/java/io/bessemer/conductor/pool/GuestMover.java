package io.bessemer.conductor.pool;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what [GuestPlanner] says, each step a compare-and-set commit. It keeps nothing in memory.
final class GuestMover {
    private static final Logger LOG = LoggerFactory.getLogger(GuestMover.class);

    private final GuestStore guests;
    private final HypervisorStore members;
    private final NodeStore nodes;
    private final TimelineStore timelines;
    private final OrdersBook orders;
    private final HostBell bell;
    private final Clock clock;

    GuestMover(GuestStore guests, HypervisorStore members, NodeStore nodes, TimelineStore timelines, OrdersBook orders, HostBell bell, Clock clock) {
        this.guests = guests;
        this.members = members;
        this.nodes = nodes;
        this.timelines = timelines;
        this.orders = orders;
        this.bell = bell;
        this.clock = clock;
    }

    /// One look at a pool's guests. The servers of a cloud are moved by the cloud.
    void pass(String pool, HostProfile profile) {
        List<Hypervisor> own = members.ofPool(pool);
        if (own.stream().allMatch(member -> member.imaged().cloud() != null)) {
            return;
        }
        List<GuestMove> moves = guests.moves().stream().filter(move -> own.stream().anyMatch(member -> member.node().equals(move.source()))).toList();
        List<GuestWish> wishes = guests.ofPool(pool);
        boolean rests = moves.isEmpty() && own.stream().noneMatch(member -> member.state() == HypervisorState.DRAINING)
                && wishes.stream().noneMatch(wish -> wish.state() == GuestWish.State.ABSENT);
        if (rests) {
            return;
        }
        Map<NodeId, String> names = nodes.list(NodeQuery.all()).stream().collect(Collectors.toMap(Node::id, Node::displayName));
        GuestPlanner.plan(new GuestPlanner.View(profile, own, member -> orders.of(member, profile).id(), wishes, moves, names, clock.instant()))
                .forEach(step -> take(step, names));
    }

    /// Whether a member that reports no guest may not go yet: one is on its way to or from it, or shall be on it and would go with it.
    /// Those of a host that is imaged again may wait for it.
    boolean bound(Hypervisor member) {
        NodeId node = member.node();
        return !member.reimage() && guests.ofNode(node).stream().anyMatch(wish -> wish.state() != GuestWish.State.ABSENT)
                || guests.moves().stream().anyMatch(move -> node.equals(move.source()) || node.equals(move.target()));
    }

    private void take(GuestPlanner.Step step, Map<NodeId, String> names) {
        switch (step) {
            case GuestPlanner.Step.Begin(GuestMove move) -> guests.begin(move).ifPresent(begun ->
                    tell(begun, "guest-move", "Guest %s is to move to %s".formatted(begun.name(), names.get(begun.target()))));
            case GuestPlanner.Step.Change(GuestMove after, String told) -> guests.commit(after).ifPresent(changed -> tell(changed, "guest-move", "Guest " + told));
            case GuestPlanner.Step.End(GuestMove move, boolean arrived, String message) -> {
                if (guests.end(move, arrived, message)) {
                    tell(move, arrived ? "guest-moved" : "guest-stays", arrived ? "Guest %s moved to %s".formatted(move.name(), names.get(move.target()))
                            : "Guest %s is not on its way any more%s".formatted(move.name(), message == null ? "" : ": " + message));
                }
            }
            case GuestPlanner.Step.Settle(GuestWish wish, NodeId host) -> guests.commit(wish.on(host)).ifPresent(settled -> {
                LOG.atInfo().setMessage("A guest that was not begun yet shall be on another host").addKeyValue("guest", settled.name()).addKeyValue("node", host).log();
                bell.ring(wish.node());
                bell.ring(host);
            });
            case GuestPlanner.Step.Forget(GuestWish wish) -> {
                if (guests.delete(wish)) {
                    LOG.atInfo().setMessage("A guest was removed").addKeyValue("guest", wish.name()).addKeyValue("node", wish.node()).log();
                    bell.ring(wish.node());
                }
            }
            case GuestPlanner.Step.Tell(Hypervisor member, String reason) -> members.commit(member.toBuilder().reason(reason).build(), List.of());
        }
    }

    private void tell(GuestMove move, String event, String message) {
        LOG.atInfo().setMessage("A guest's move").addKeyValue("guest", move.name()).addKeyValue("node", move.source()).addKeyValue("what", message).log();
        members.find(move.source()).ifPresent(source -> timelines.append(List.of(new TimelineEvent(source.node(), clock.instant(), source.attempt(),
                BootPhase.HYPERVISOR, "pool", event, message, Map.of("guest", move.guest().toString())))));
        bell.ring(move.source());
        if (move.target() != null) {
            bell.ring(move.target());
        }
    }
}
