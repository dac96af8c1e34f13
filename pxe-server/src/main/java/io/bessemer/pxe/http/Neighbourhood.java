package io.bessemer.pxe.http;

import io.bessemer.core.node.NodeId;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Subnet;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Who has how much of an image, and who was named to whom. Kept in memory: a server that was killed knows it again as the machines ask.
///
/// A machine takes from those only that are ahead of it, so that nobody waits in a circle, and no giver is named to more machines than it can serve. So a tree
/// grows by itself: who began early gives to those who came next, and they to the last. Not safe for threads: `ImageTurns` locks.
final class Neighbourhood {
    /// to a machine at a time: one that goes away, or has too much to do, is not missed
    static final int NAMED = 3;
    /// a giver is named to so many: each of them takes a third of its chunks there
    static final int MOST_TAKERS = 4;
    /// a machine that takes asks again every few seconds; one that is done gives until it reboots, which is soon
    static final long ALIVE = TimeUnit.SECONDS.toNanos(30);

    private static final Comparator<Member> BEST = Comparator.<Member>comparingInt(member -> member.takers).thenComparing(member -> member.claim.chunks(), Comparator.reverseOrder());

    private final List<Subnet> networks;
    private final PxeCounters counters;
    private final Map<NodeId, Member> members = new HashMap<>();
    private final Map<Group, List<Member>> groups = new HashMap<>();

    /// Between different networks stand routers, and firewalls that were told of the server alone.
    record Group(String image, Subnet network) {}

    private static final class Member {
        final Group group;
        NeighbourClaim claim;
        long seen;
        int takers;
        List<Member> givers = List.of();

        Member(Group group) {
            this.group = group;
        }
    }

    Neighbourhood(List<Subnet> networks, PxeCounters counters) {
        this.networks = List.copyOf(networks);
        this.counters = counters;
    }

    /// @return the group that the machine is in, empty when it is in none of our networks
    Optional<Group> tell(NodeId node, NeighbourClaim claim, long now) {
        Optional<Group> group = networks.stream().filter(network -> network.contains(claim.host())).findFirst().map(network -> new Group(claim.image(), network));
        Member known = members.get(node);
        if (known != null && !Optional.of(known.group).equals(group)) {
            leave(node);
            known = null;
        }
        if (group.isEmpty()) {
            return group;
        }
        if (known == null) {
            known = new Member(group.get());
            members.put(node, known);
            groups.computeIfAbsent(known.group, _ -> new ArrayList<>()).add(known);
        } else {
            var lost = new HashSet<>(claim.lost());
            lost.removeAll(known.claim.lost());
            counters.add("image.neighbours-lost", lost.size());
            if (claim.chunks() > known.claim.chunks()) { // whoever is done says nothing more itself, but gives
                known.givers.stream().filter(giver -> !claim.lost().contains(giver.claim.address())).forEach(giver -> giver.seen = now);
            }
        }
        known.claim = claim;
        known.seen = now;
        return group;
    }

    /// Who this machine may take from now; counts as taking from them until it asks again.
    List<InetSocketAddress> name(NodeId node, long now) {
        release(node);
        Member taker = members.get(node);
        if (taker == null || !taker.claim.takes()) {
            return List.of();
        }
        taker.givers = groups.get(taker.group).stream().filter(giver -> giver.takers < MOST_TAKERS && giver.claim.chunks() > taker.claim.chunks()
                && now - giver.seen < ALIVE && !taker.claim.lost().contains(giver.claim.address())).sorted(BEST).limit(NAMED).toList();
        taker.givers.forEach(giver -> giver.takers++);
        if (!taker.givers.isEmpty()) {
            counters.increment("image.neighbours-named");
        }
        return taker.givers.stream().map(giver -> giver.claim.address()).toList();
    }

    /// It takes from nobody now.
    void release(NodeId node) {
        Member taker = members.get(node);
        if (taker != null) {
            taker.givers.forEach(giver -> giver.takers--);
            taker.givers = List.of();
        }
    }

    void lapse(long now) {
        for (Iterator<Map.Entry<NodeId, Member>> each = members.entrySet().iterator(); each.hasNext();) {
            Map.Entry<NodeId, Member> entry = each.next();
            if (now - entry.getValue().seen > ALIVE) {
                release(entry.getKey());
                forget(entry.getValue());
                each.remove();
            }
        }
    }

    void leave(NodeId node) {
        release(node);
        Member member = members.remove(node);
        if (member != null) {
            forget(member);
        }
    }

    private void forget(Member member) {
        List<Member> group = groups.get(member.group);
        group.remove(member);
        if (group.isEmpty()) {
            groups.remove(member.group);
        }
    }
}
