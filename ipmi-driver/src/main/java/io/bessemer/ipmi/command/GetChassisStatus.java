package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get Chassis Status, IPMI 2.0 §28.2.
public record GetChassisStatus() implements Command<GetChassisStatus.ChassisStatus> {
    /// What the machine does when mains comes back.
    public enum RestorePolicy { STAYS_OFF, RESTORES, POWERS_UP, UNKNOWN }

    /// The identify light. Only a BMC that says so (bit 6) tells its state in bits 5 and 4.
    public enum Identify { OFF, FOR_A_WHILE, ON, UNKNOWN }

    public record ChassisStatus(boolean powerOn, boolean overload, boolean interlock, boolean powerFault, boolean powerControlFault,
            RestorePolicy restorePolicy, int lastPowerEvent, int miscellaneous) {
        public Identify identify() {
            return (miscellaneous & 0x40) == 0 ? Identify.UNKNOWN : Identify.values()[miscellaneous >> 4 & 3];
        }
    }

    @Override
    public IpmiCall call() {
        return IpmiCall.query(CHASSIS, 0x01);
    }

    @Override
    public String title() {
        return "Get Chassis Status";
    }

    @Override
    public ChassisStatus decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int power = in.unsignedByte("current power state");
        int last = in.unsignedByte("last power event");
        int miscellaneous = in.unsignedByte("miscellaneous state");
        return new ChassisStatus((power & 0x01) != 0, (power & 0x02) != 0, (power & 0x04) != 0, (power & 0x08) != 0, (power & 0x10) != 0,
                RestorePolicy.values()[power >> 5 & 3], last & 0x1f, miscellaneous);
    }
}
