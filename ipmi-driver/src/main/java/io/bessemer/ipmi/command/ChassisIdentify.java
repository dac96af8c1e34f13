package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Chassis Identify, IPMI 2.0 §28.5.
///
/// @param seconds 0 to 255; 0 turns the light off
/// @param forever on until it is turned off, whatever the seconds say; a BMC may refuse it
public record ChassisIdentify(int seconds, boolean forever) implements Command<Void> {
    public ChassisIdentify {
        if (seconds < 0 || seconds > 255) {
            throw new IllegalArgumentException("identify for " + seconds + " seconds: it must be 0 to 255");
        }
    }

    public ChassisIdentify(int seconds) {
        this(seconds, false);
    }

    public static ChassisIdentify untilTurnedOff() {
        return new ChassisIdentify(0, true);
    }

    /// The second byte is optional, and older BMCs refuse a request that has it.
    @Override
    public IpmiCall call() {
        return forever ? IpmiCall.control(CHASSIS, 0x04, (byte) seconds, (byte) 1) : IpmiCall.control(CHASSIS, 0x04, (byte) seconds);
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
