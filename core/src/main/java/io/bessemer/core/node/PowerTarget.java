package io.bessemer.core.node;

import java.util.Arrays;
import java.util.Optional;

/// What a client may ask of a machine's power (`PUT states/power`); soft targets since Ironic API 1.27.
public enum PowerTarget {
    ON("power on", PowerState.ON, false),
    OFF("power off", PowerState.OFF, false),
    REBOOT("rebooting", PowerState.ON, false),
    SOFT_OFF("soft power off", PowerState.OFF, true),
    SOFT_REBOOT("soft rebooting", PowerState.ON, true);

    private final String wire;
    private final PowerState result;
    private final boolean soft;

    PowerTarget(String wire, PowerState result, boolean soft) {
        this.wire = wire;
        this.result = result;
        this.soft = soft;
    }

    public String wire() {
        return wire;
    }

    /// the state that the machine ends in
    public PowerState result() {
        return result;
    }

    /// asks the operating system first
    public boolean soft() {
        return soft;
    }

    public static Optional<PowerTarget> fromWire(String text) {
        return Arrays.stream(values()).filter(target -> target.wire.equals(text)).findFirst();
    }
}
