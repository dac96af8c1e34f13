package io.bessemer.core.pool;

import static io.bessemer.core.pool.HypervisorEvent.*;
import static io.bessemer.core.pool.HypervisorState.*;

import java.util.List;
import java.util.Optional;

/// The one table of how hypervisors move. `docs/reference/hypervisor-states.md` is drawn from it.
public final class HypervisorLifecycle {
    /// @param verb whether a client may ask for it
    public record Transition(HypervisorState from, HypervisorEvent event, HypervisorState to, boolean verb) {}

    public static final List<Transition> TABLE = List.of(
            internal(DEPLOYING, DEPLOYED, BOOTSTRAPPING),
            internal(DEPLOYING, FAIL, QUARANTINED),
            verb(DEPLOYING, REMOVE, REMOVING),
            internal(BOOTSTRAPPING, JOINED, VERIFYING),
            internal(BOOTSTRAPPING, FAIL, QUARANTINED),
            verb(BOOTSTRAPPING, REMOVE, REMOVING),
            internal(VERIFYING, VERIFIED, ENABLED),
            internal(VERIFYING, FAIL, QUARANTINED),
            verb(VERIFYING, REMOVE, REMOVING),
            internal(ENABLED, FAIL, QUARANTINED),
            verb(ENABLED, VERIFY, VERIFYING),
            verb(ENABLED, DRAIN, DRAINING),
            verb(ENABLED, REMOVE, REMOVING),
            internal(DRAINING, DRAINED, REMOVING),
            internal(DRAINING, EMPTIED, DEPLOYING),
            internal(DRAINING, FAIL, QUARANTINED),
            verb(DRAINING, ENABLE, ENABLED),
            verb(DRAINING, REMOVE, REMOVING),
            verb(QUARANTINED, VERIFY, VERIFYING),
            verb(QUARANTINED, DRAIN, DRAINING),
            verb(QUARANTINED, REMOVE, REMOVING),
            internal(REMOVING, FAIL, QUARANTINED),
            verb(REMOVING, REMOVE, REMOVING));

    private HypervisorLifecycle() {}

    public static Optional<Transition> find(HypervisorState from, HypervisorEvent event) {
        return TABLE.stream().filter(one -> one.from() == from && one.event() == event).findFirst();
    }

    /// What a client may ask for in `state`.
    public static List<HypervisorEvent> verbs(HypervisorState state) {
        return TABLE.stream().filter(one -> one.from() == state && one.verb()).map(Transition::event).toList();
    }

    private static Transition verb(HypervisorState from, HypervisorEvent event, HypervisorState to) {
        return new Transition(from, event, to, true);
    }

    private static Transition internal(HypervisorState from, HypervisorEvent event, HypervisorState to) {
        return new Transition(from, event, to, false);
    }
}
