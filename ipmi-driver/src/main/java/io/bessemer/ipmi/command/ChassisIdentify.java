package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Chassis Identify, IPMI 2.0 §28.5.
///
/// @param seconds 0 to 255; 0 turns the light off
public record ChassisIdentify(int seconds) implements Command<Void> {
    public ChassisIdentify {
        if (seconds < 0 || seconds > 255) {
            throw new IllegalArgumentException("identify for " + seconds + " seconds: it must be 0 to 255");
        }
    }

    @Override
    public IpmiCall call() {
        return IpmiCall.control(CHASSIS, 0x04, (byte) seconds);
    }

    @Override
    public String title() {
        return "Chassis Identify";
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
