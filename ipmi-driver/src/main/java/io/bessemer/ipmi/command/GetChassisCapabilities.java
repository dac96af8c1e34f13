package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Get Chassis Capabilities, IPMI 2.0 §28.1.
public record GetChassisCapabilities() implements Command<GetChassisCapabilities.ChassisCapabilities> {
    public record ChassisCapabilities(boolean powerInterlock, boolean diagnosticInterrupt, boolean frontPanelLockout, boolean intrusionSensor) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(CHASSIS, 0x00);
    }

    @Override
    public String title() {
        return "Get Chassis Capabilities";
    }

    @Override
    public ChassisCapabilities decode(byte[] data) throws DecodeException {
        int flags = reader(data).unsignedByte("capabilities flags");
        return new ChassisCapabilities((flags & 8) != 0, (flags & 4) != 0, (flags & 2) != 0, (flags & 1) != 0);
    }
}
