package io.bessemer.core.pool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Where a host is on its way into a pool, and out of it.
public enum HypervisorState {
    /// chosen for the pool; its node is deployed
    DEPLOYING,
    /// its node is `active`; the compute agent has not joined yet
    BOOTSTRAPPING,
    /// the agent runs the profile's checks, and the cloud is joined
    VERIFYING,
    /// takes guests
    ENABLED,
    /// takes no new guests and waits for those that it has to leave
    DRAINING,
    /// leaves the cloud, and its node is torn down; the member is forgotten afterwards
    REMOVING,
    /// something failed: it takes no guests, and waits for the reconciler to replace it or an operator to look
    QUARANTINED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<HypervisorState> fromWire(String text) {
        return Arrays.stream(values()).filter(state -> state.wire().equals(text)).findFirst();
    }
}
