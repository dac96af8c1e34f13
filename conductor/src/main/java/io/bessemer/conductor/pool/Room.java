package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Which hosts of a pool may take a guest. What is promised to guests that have not arrived yet counts as used.
final class Room {
    /// of a host's memory, that guests do not get: its own system and what emulators need beside a guest's memory
    private static final int HOST_SHARE = 8;
    private static final long LEAST_HOST_MIB = 256;

    private final HostProfile profile;
    private final List<Hypervisor> members;
    private final Instant now;
    private final Map<NodeId, Long> promised = new HashMap<>();

    /// @param members of one pool
    Room(HostProfile profile, List<Hypervisor> members, List<GuestMove> moves, Instant now) {
        this.profile = profile;
        this.members = members;
        this.now = now;
        for (GuestMove move : moves) {
            Optional<Hypervisor> target = move.target() == null ? Optional.empty() : find(move.target());
            if (target.isPresent() && guest(target.get(), move.guest()).isEmpty()) {
                promise(move.target(), find(move.source()).flatMap(source -> guest(source, move.guest())).map(Room::needed).orElse(0L));
            }
        }
    }

    void promise(NodeId host, long memoryMib) {
        promised.merge(host, memoryMib, Long::sum);
    }

    /// MiB for more guests; negative when the host has more than it should.
    long free(Hypervisor host) {
        Hypervisor.Capacity capacity = host.capacity() == null ? Hypervisor.Capacity.NONE : host.capacity();
        long own = Math.max(LEAST_HOST_MIB, capacity.memoryMib() / HOST_SHARE);
        return capacity.memoryMib() - own - capacity.memoryMibUsed() - promised.getOrDefault(host.node(), 0L);
    }

    /// A host that guests may come to: Bessemer's own, in service, heard of lately, and not about to leave itself.
    boolean open(Hypervisor host) {
        return Members.enabled(host) && host.imaged().cloud() == null && !host.reimage() && host.address() != null && host.facts().get(Facts.URI) instanceof String && host.reportedAt() != null
                && !Members.silent(host, profile.deadlines().silence(), now, Instant.MIN);
    }

    /// Hosts as the profile is now come first, as the others are imaged again soon; of those the one with most memory left.
    Optional<Hypervisor> choose(Hypervisor source, Set<NodeId> tried, long memoryMib) {
        return members.stream()
                .filter(host -> !host.node().equals(source.node()) && alike(host, source) && !tried.contains(host.node()) && open(host) && free(host) >= memoryMib)
                .min(Comparator.comparing((Hypervisor host) -> !host.imaged().isOf(profile))
                        .thenComparing(host -> -free(host)).thenComparing(Hypervisor::node));
    }

    /// Whether guests of one run on the other: after a change of the profile a pool may have hosts of two kinds.
    static boolean alike(Hypervisor one, Hypervisor other) {
        return one.imaged().hypervisor().equals(other.imaged().hypervisor());
    }

    Optional<Hypervisor> find(NodeId node) {
        return members.stream().filter(member -> member.node().equals(node)).findFirst();
    }

    static Optional<Hypervisor.Guest> guest(Hypervisor host, UUID uuid) {
        String text = uuid.toString();
        return host.guests().stream().filter(guest -> guest.uuid().equals(text)).findFirst();
    }

    /// MiB that a guest takes where it comes to: none while it does not run.
    static long needed(Hypervisor.Guest guest) {
        return guest.state().equals("shut off") ? 0 : guest.memoryMib();
    }
}
