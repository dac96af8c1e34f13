package io.bessemer.conductor.pool;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.host.protocol.GuestOrder;
import io.bessemer.host.protocol.GuestOrder.GuestState;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.MoveOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// What the agent of a member is told about guests: a function of what is stored.
final class GuestOrders {
    private final GuestStore guests;
    private final HypervisorStore members;
    private final NodeStore nodes;

    GuestOrders(GuestStore guests, HypervisorStore members, NodeStore nodes) {
        this.guests = guests;
        this.members = members;
        this.nodes = nodes;
    }

    /// The orders with guests. One that is on its way has its move alone: it must not be started here again when it has left.
    HostOrders add(HostOrders orders, Hypervisor member) {
        if (member.imaged().cloud() != null || member.state() == HypervisorState.REMOVING || Members.neverJoined(member)) {
            return orders;
        }
        List<GuestMove> leaving = guests.movesFrom(member.node()).stream().filter(move -> move.target() != null).toList();
        Set<UUID> away = leaving.stream().map(GuestMove::guest).collect(Collectors.toSet());
        var here = new ArrayList<GuestOrder>();
        long bytes = 0;
        for (GuestWish wish : guests.ofNode(member.node())) {
            String xml = wish.state() == GuestWish.State.ABSENT ? "" : wish.xml();
            bytes += xml.getBytes(StandardCharsets.UTF_8).length;
            // more than are allowed can only come of two that were defined at once, or of moves: the last ones wait
            boolean fits = bytes <= GuestOrder.MOST_XML_BYTES_TOGETHER && here.size() < GuestOrder.MOST;
            if (fits && !away.contains(wish.uuid()) && stays(member, wish)) {
                here.add(new GuestOrder(wish.uuid(), wish.name(), state(wish.state()), xml));
            }
        }
        List<MoveOrder> moves = leaving.stream().limit(GuestOrder.MOST).map(this::order).flatMap(Optional::stream).toList();
        return here.isEmpty() && moves.isEmpty() ? orders : orders.withGuests(here, moves);
    }

    /// A host that is not in service begins no guest, and keeps those that it has. One that shall be on a host that is drained finds another.
    private static boolean stays(Hypervisor member, GuestWish wish) {
        return member.state() == HypervisorState.ENABLED || wish.state() == GuestWish.State.ABSENT || Room.guest(member, wish.uuid()).isPresent();
    }

    private Optional<MoveOrder> order(GuestMove move) {
        NodeId target = move.target();
        return members.find(target).filter(host -> host.address() != null && host.facts().get(Facts.URI) instanceof String).map(host -> new MoveOrder(move.guest(), move.name(),
                move.number(), MoveOrder.uri((String) host.facts().get(Facts.URI), host.address()), nodes.find(target).map(Node::displayName).orElse(target.toString())));
    }

    private static GuestState state(GuestWish.State state) {
        return switch (state) {
            case RUNNING -> GuestState.RUNNING;
            case SHUT_OFF -> GuestState.SHUT_OFF;
            case ABSENT -> GuestState.ABSENT;
        };
    }
}
