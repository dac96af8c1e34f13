package io.bessemer.core.pool;

import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/// A guest on its way to another host of its pool. It ends only by what hosts report: a guest that is moved may come to run there at
/// any moment, so nobody may start it here meanwhile.
///
/// @param target  null while no host takes it
/// @param number  tells each try from the others, those of earlier moves of the guest too; only ever raised
/// @param asked   by somebody, and not because its host is drained
/// @param tried   hosts that it could not be moved to
/// @param message why the last try failed, or what is awaited; null when there is nothing to say
/// @param since   when the message, or else the target, became what it is
/// @param version raised by each commit, for compare-and-set
public record GuestMove(UUID guest, String name, NodeId source, NodeId target, long number, boolean asked, Set<NodeId> tried, String message,
        Instant since, long version) {
    public GuestMove {
        Objects.requireNonNull(guest, "guest");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(since, "since");
        tried = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(tried));
    }

    /// @param number see [#number]; a later time has a higher one
    public static GuestMove begin(UUID guest, String name, NodeId source, NodeId target, boolean asked, Instant now) {
        return new GuestMove(guest, name, source, target, now.toEpochMilli(), asked, Set.of(), null, now, 0);
    }

    /// The next try.
    public GuestMove to(NodeId other, Instant now) {
        return new GuestMove(guest, name, source, other, Math.max(number + 1, now.toEpochMilli()), asked, tried, message, now, version);
    }

    /// The target did not take it.
    public GuestMove failed(String reason, Instant now) {
        var all = new LinkedHashSet<>(tried);
        if (target != null) {
            all.add(target);
        }
        return new GuestMove(guest, name, source, null, number, asked, all, reason, now, version);
    }

    /// Every host may be tried anew.
    public GuestMove anew(Instant now) {
        return new GuestMove(guest, name, source, target, number, asked, Set.of(), message, now, version);
    }

    public GuestMove withMessage(String other, Instant now) {
        return new GuestMove(guest, name, source, target, number, asked, tried, other, now, version);
    }
}
