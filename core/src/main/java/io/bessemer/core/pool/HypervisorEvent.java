package io.bessemer.core.pool;

import java.util.Locale;

/// What moves a hypervisor from state to state.
public enum HypervisorEvent {
    /// its node became `active`
    DEPLOYED,
    /// its agent joined
    JOINED,
    /// every check passed, and the cloud shows it
    VERIFIED,
    /// no guest is left, and it shall go
    DRAINED,
    /// no guest is left, and it shall be imaged again
    EMPTIED,
    /// a deadline passed, a check failed, it fell silent, or its node was changed behind our back
    FAIL,
    /// asked for: checks run again
    VERIFY,
    /// asked for: guests leave, and then the host
    DRAIN,
    /// asked for: a drain is called off
    ENABLE,
    /// asked for: the host leaves at once
    REMOVE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
