package io.bessemer.host.protocol;

/// What a host shall be busy with.
public enum HostPhase {
    /// pass the checks of the orders
    VERIFYING,
    /// run guests
    ENABLED,
    /// let its guests go
    DRAINING,
    /// let nobody in any more: its member is about to be removed
    LEAVING,
    /// wait for an operator
    QUARANTINED;

    public String wire() {
        return Limits.wire(this);
    }
}
