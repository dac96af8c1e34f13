package io.bessemer.pxe.dhcp;

import io.bessemer.core.lease.Lease;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What is decided on one message without waiting for anybody.
sealed interface Decision {
    /// the answer, if there is one to give
    record Now(Optional<DhcpMessage> answer) implements Decision {}

    /// an answer that may leave when the lease is stored, or was refused as another machine has the address
    ///
    /// @param answer by whether it was stored
    record OnceStored(Lease lease, Function<Boolean, DhcpMessage> answer) implements Decision {}

    /// the rest asks the network or the database, and is waited for by a thread of its own
    record Slowly(Supplier<Decision> rest) implements Decision {}

    static Decision silence() {
        return new Now(Optional.empty());
    }

    static Decision now(DhcpMessage answer) {
        return new Now(Optional.of(answer));
    }

    /// For what nobody waits for an answer to.
    static Decision slowly(Runnable work) {
        return new Slowly(() -> {
            work.run();
            return silence();
        });
    }
}
