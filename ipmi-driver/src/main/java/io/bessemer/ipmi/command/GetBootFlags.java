package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get System Boot Options of parameter 5, IPMI 2.0 §28.13.
public record GetBootFlags() implements Command<BootFlags> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(CHASSIS, 0x09, (byte) BootFlags.PARAMETER, (byte) 0, (byte) 0);
    }

    @Override
    public String title() {
        return "Get System Boot Options (boot flags)";
    }

    @Override
    public BootFlags decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        in.skip("parameter version", 1);
        int parameter = in.unsignedByte("parameter");
        if ((parameter & 0x7f) != BootFlags.PARAMETER) {
            throw in.wrong("parameter", Integer.toString(parameter & 0x7f), Integer.toString(BootFlags.PARAMETER));
        }
        BootFlags flags = BootFlags.decode(in);
        // bit 7: the parameter is marked invalid or locked, so the flags mean nothing
        return (parameter & 0x80) == 0 ? flags : new BootFlags(false, flags.persistent(), flags.efi(), flags.selector(), flags.rest());
    }
}
