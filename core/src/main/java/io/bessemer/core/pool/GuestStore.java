package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where the guests of Bessemer's own hosts are kept: which there shall be, and which are on their way to another host. A member that
/// leaves its pool takes its guests along.
public interface GuestStore {
    /// @throws Failure.Conflict when its UUID is taken, or its name in its pool
    /// @throws Failure.NotFound when its host is no member any more
    GuestWish create(GuestWish guest);

    Optional<GuestWish> find(UUID guest);

    /// In order of their names.
    List<GuestWish> ofNode(NodeId node);

    /// In order of their names.
    List<GuestWish> ofPool(String pool);

    /// Stores what shall be, where, and the message, if the stored version is that of `after`; raises it.
    ///
    /// @return as stored; empty when somebody else was faster or it is gone
    Optional<GuestWish> commit(GuestWish after);

    /// @return false when it was changed or gone
    boolean delete(GuestWish guest);

    /// @return empty when the guest is being moved already, or a host is no member any more
    Optional<GuestMove> begin(GuestMove move);

    Optional<GuestMove> move(UUID guest);

    List<GuestMove> moves();

    List<GuestMove> movesFrom(NodeId source);

    /// Compare-and-set on the version.
    ///
    /// @return as stored; empty when somebody else was faster or it is gone
    Optional<GuestMove> commit(GuestMove after);

    /// Ends a move, if its version is the stored one. In the same transaction the wish for the guest, if there is one, follows it.
    ///
    /// @param arrived on its target
    /// @param message for the wish; null when there is nothing to say
    /// @return false when the move was changed or is gone
    boolean end(GuestMove move, boolean arrived, String message);
}
