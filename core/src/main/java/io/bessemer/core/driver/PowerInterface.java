package io.bessemer.core.driver;

import io.bessemer.core.node.PowerState;

/// A machine's power. Every method is bounded in time by the driver's own timeouts.
public interface PowerInterface {
    PowerState state(DriverNode node) throws DriverException;

    /// Asks for the change and returns when the BMC has taken it; whether it happened is read by [#state]. Safe to repeat, but
    /// for CYCLE and RESET, which interrupt the machine again.
    void apply(DriverNode node, PowerAction action) throws DriverException;

    /// IPMI 2.0 §28.3, Chassis Control.
    enum PowerAction { ON, OFF, CYCLE, RESET, SOFT_OFF }
}
