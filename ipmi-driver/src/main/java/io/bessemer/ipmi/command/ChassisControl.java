package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Chassis Control, IPMI 2.0 §28.3.
public record ChassisControl(Action action) implements Command<Void> {
    /// What to do with the machine's power.
    public enum Action {
        OFF(0, "power off", true),
        ON(1, "power on", true),
        /// off for at least a second, then on; many BMCs refuse it while the machine is off
        CYCLE(2, "power cycle", false),
        RESET(3, "hard reset", false),
        /// NMI
        DIAGNOSTIC_INTERRUPT(4, "diagnostic interrupt", false),
        /// the power button, as ACPI sees it
        SOFT_OFF(5, "soft shutdown", false);

        private final int code;
        private final String title;
        private final boolean repeatable;

        Action(int code, String title, boolean repeatable) {
            this.code = code;
            this.title = title;
            this.repeatable = repeatable;
        }

        public String title() {
            return title;
        }
    }

    @Override
    public IpmiCall call() {
        byte data = (byte) action.code;
        return action.repeatable ? IpmiCall.slowControl(CHASSIS, 0x02, data) : IpmiCall.once(CHASSIS, 0x02, data);
    }

    @Override
    public String title() {
        return "Chassis Control (" + action.title + ")";
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
