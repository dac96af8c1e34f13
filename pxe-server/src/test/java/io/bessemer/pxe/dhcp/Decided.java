package io.bessemer.pxe.dhcp;

import java.util.List;
import java.util.Optional;

/// Takes decisions to their end on the test's thread.
final class Decided {
    private Decided() {}

    static Optional<DhcpMessage> answer(Decision decision, LeaseIndex leases) {
        return switch (decision) {
            case Decision.Now(var answer) -> answer;
            case Decision.OnceStored(var lease, var answer) -> Optional.of(answer.apply(leases.store(List.of(lease)).getFirst()));
            case Decision.Slowly(var rest) -> answer(rest.get(), leases);
        };
    }
}
