package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.host.protocol.GuestOrder;
import io.bessemer.host.protocol.MoveReport;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/// What clients may ask for about the guests of Bessemer's own hosts. It stores wishes, which reach the hosts by their orders; what is
/// refused is a [Failure].
public final class GuestService {
    private final GuestStore guests;
    private final HypervisorStore members;
    private final PoolStore pools;
    private final NodeStore nodes;
    private final Clock clock;
    private final Consumer<NodeId> ring;

    /// @param ring tells the reconciler and the host to look at once; a hint only
    public GuestService(GuestStore guests, HypervisorStore members, PoolStore pools, NodeStore nodes, Clock clock, Consumer<NodeId> ring) {
        this.guests = guests;
        this.members = members;
        this.pools = pools;
        this.nodes = nodes;
        this.clock = clock;
        this.ring = ring;
    }

    /// A guest as it shall be, as it is, or both.
    ///
    /// @param wish  null for one that somebody made by libvirt itself
    /// @param found null when the host does not report it
    /// @param move  null when it stays
    /// @param target name of the host that it moves to; null with `move`
    /// @param error why it is not as it shall be, or its move does not get on; null when there is nothing to say
    public record Seen(UUID uuid, String name, NodeId host, GuestWish wish, Hypervisor.Guest found, GuestMove move, String target, MoveReport progress, String error) {}

    /// In order of their names.
    public List<Seen> list(Hypervisor host) {
        var all = new ArrayList<Seen>();
        List<GuestWish> wishes = guests.ofNode(host.node());
        wishes.forEach(wish -> all.add(seen(host, wish.uuid(), wish, Room.guest(host, wish.uuid()).orElse(null))));
        for (Hypervisor.Guest found : host.guests()) {
            UUID uuid = UUID.fromString(found.uuid());
            // one that has just left is still reported, and shown where it shall be
            if (wishes.stream().noneMatch(wish -> wish.uuid().equals(uuid)) && guests.find(uuid).isEmpty()) {
                all.add(seen(host, uuid, null, found));
            }
        }
        all.sort(Comparator.comparing(Seen::name).thenComparing(Seen::uuid));
        return all;
    }

    /// @param ident UUID or name
    public Seen find(Hypervisor host, String ident) {
        List<Seen> all = list(host);
        return all.stream().filter(one -> one.uuid().toString().equalsIgnoreCase(ident)).findFirst()
                .or(() -> all.stream().filter(one -> one.name().equals(ident)).findFirst())
                .orElseThrow(() -> new Failure.NotFound("Guest", ident));
    }

    private Seen seen(Hypervisor host, UUID uuid, GuestWish wish, Hypervisor.Guest found) {
        GuestMove move = guests.move(uuid).orElse(null);
        MoveReport progress = move == null ? null : Members.move(host, uuid).filter(report -> report.number() == move.number()).orElse(null);
        Object told = host.facts().get(Facts.GUEST_ERRORS) instanceof Map<?, ?> errors ? errors.get(uuid.toString()) : null;
        String error = told != null ? String.valueOf(told) : move != null ? move.message() : wish == null ? null : wish.message();
        String target = move == null || move.target() == null ? null : name(move.target());
        return new Seen(uuid, wish != null ? wish.name() : found.name(), host.node(), wish, found, move, target, progress, error);
    }

    /// @param name  null when the XML says it
    /// @param uuid  null when the XML says it, or it shall be a new one
    public GuestWish define(NodeId node, String xml, String name, UUID uuid, GuestWish.State state) {
        Hypervisor host = member(node);
        String cloud = host.imaged().cloud();
        if (cloud != null) {
            throw new Failure.Conflict("Hypervisor %s is a host of cloud %s, which has its guests. Ask the cloud for a server.".formatted(name(node), cloud));
        }
        if (host.state() != HypervisorState.ENABLED) {
            throw new Failure.Conflict("Hypervisor %s is '%s'. Guests are defined on enabled hosts.".formatted(name(node), host.state().wire()));
        }
        DomainXml domain = DomainXml.of(xml, name, uuid, host.imaged().hypervisor());
        List<GuestWish> present = guests.ofNode(node);
        long bytes = present.stream().mapToLong(guest -> guest.xml().getBytes(StandardCharsets.UTF_8).length).sum() + domain.text().getBytes(StandardCharsets.UTF_8).length;
        if (present.size() >= GuestOrder.MOST || bytes > GuestOrder.MOST_XML_BYTES_TOGETHER) {
            throw new Failure.Conflict("Hypervisor %s has %d guests. With this one their definitions would have %d bytes; at most %d guests of together %d bytes are allowed on a host."
                    .formatted(name(node), present.size(), bytes, GuestOrder.MOST, GuestOrder.MOST_XML_BYTES_TOGETHER));
        }
        for (Hypervisor other : members.ofPool(host.pool())) {
            Optional<Hypervisor.Guest> found = Room.guest(other, domain.uuid());
            if (found.isPresent() && !other.node().equals(node)) {
                throw new Failure.Conflict("Host %s has a guest with UUID %s already: %s.".formatted(name(other.node()), domain.uuid(), found.get().name()));
            }
        }
        GuestWish created = guests.create(new GuestWish(domain.uuid(), domain.name(), host.pool(), node, domain.text(), state, null, 0, clock.instant(), null));
        ring.accept(node);
        return created;
    }

    /// @param state running, shut off, or absent to have it removed
    public GuestWish ask(NodeId node, String ident, GuestWish.State state) {
        for (;;) {
            Seen seen = find(member(node), ident);
            if (seen.wish() == null) {
                throw new Failure.Conflict("Guest %s was made by libvirt itself, so Bessemer does not keep it. Use virsh.".formatted(seen.name()));
            }
            if (seen.move() != null && seen.move().target() != null) {
                throw new Failure.Conflict("Guest %s is on its way to %s. Ask again when it has arrived.".formatted(seen.name(), seen.target()));
            }
            if (seen.wish().state() == GuestWish.State.ABSENT && state != GuestWish.State.ABSENT) {
                throw new Failure.Conflict("Guest %s is being removed. Define it anew when it is gone.".formatted(seen.name()));
            }
            Optional<GuestWish> stored = guests.commit(seen.wish().with(state).withMessage(null));
            if (stored.isPresent()) {
                ring.accept(node);
                return stored.get();
            }
        }
    }

    /// @param target empty to have a host chosen
    public GuestMove migrate(NodeId node, String ident, Optional<Node> target) {
        Hypervisor host = member(node);
        HostProfile profile = profile(host);
        Seen seen = find(host, ident);
        if (host.imaged().cloud() != null) {
            throw new Failure.Conflict("Hypervisor %s is a host of cloud %s, which moves its guests.".formatted(name(node), host.imaged().cloud()));
        }
        if (!GuestPlanner.movable(host.imaged().hypervisor())) {
            throw new Failure.Unsupported("Guests of kind %s cannot be moved to another host.".formatted(host.imaged().hypervisor().wire()));
        }
        if (seen.found() == null || seen.wish() != null && seen.wish().state() == GuestWish.State.ABSENT) {
            throw new Failure.Conflict("Guest %s is not on host %s%s.".formatted(seen.name(), name(node), seen.found() == null ? " yet" : " for long: it is being removed"));
        }
        if (seen.move() != null) {
            throw new Failure.Conflict("Guest %s is on its way already%s.".formatted(seen.name(), seen.target() == null ? "" : ", to " + seen.target()));
        }
        Instant now = clock.instant();
        List<Hypervisor> own = members.ofPool(host.pool());
        Room room = new Room(profile, own, guests.moves(), now);
        long needed = Room.needed(seen.found());
        Hypervisor chosen = target.map(other -> wanted(other, host, room, needed)).orElseGet(() -> room.choose(host, Set.of(), needed)
                .orElseThrow(() -> new Failure.Conflict("No other enabled host of pool %s has %d MiB for guest %s.".formatted(host.pool(), needed, seen.name()))));
        GuestMove move = guests.begin(GuestMove.begin(seen.uuid(), seen.name(), node, chosen.node(), true, now))
                .orElseThrow(() -> new Failure.Conflict("Guest %s is on its way already, or a host has just left. Look, and ask again.".formatted(seen.name())));
        ring.accept(node);
        return move;
    }

    private Hypervisor wanted(Node target, Hypervisor source, Room room, long needed) {
        Hypervisor host = room.find(target.id()).orElseThrow(() -> new Failure.Conflict("Host %s is no member of pool %s, within which guests move."
                .formatted(target.displayName(), source.pool())));
        if (host.node().equals(source.node())) {
            throw new Failure.Invalid("target", "is the host that the guest is on.");
        }
        if (!room.open(host)) {
            throw new Failure.Conflict("Host %s takes no guests now: it is '%s'%s. Guests move to enabled hosts that report.".formatted(target.displayName(), host.state().wire(),
                    host.reimage() ? ", and about to be imaged again" : ""));
        }
        if (!Room.alike(host, source)) {
            throw new Failure.Conflict("Host %s is of kind %s, the guest's is of kind %s.".formatted(target.displayName(), host.imaged().hypervisor().wire(),
                    source.imaged().hypervisor().wire()));
        }
        if (room.free(host) < needed) {
            throw new Failure.Conflict("Host %s has %d MiB left for guests, the guest needs %d.".formatted(target.displayName(), Math.max(0, room.free(host)), needed));
        }
        return host;
    }

    private Hypervisor member(NodeId node) {
        return members.find(node).orElseThrow(() -> new Failure.NotFound("Hypervisor", node.toString()));
    }

    private HostProfile profile(Hypervisor host) {
        return pools.pool(host.pool()).map(HostPool::profile).flatMap(pools::profile)
                .orElseThrow(() -> new Failure.NotFound("Host pool", host.pool()));
    }

    private String name(NodeId node) {
        return nodes.find(node).map(Node::displayName).orElse(node.toString());
    }
}
