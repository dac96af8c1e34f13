package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get LAN Configuration Parameters, IPMI 2.0 §23.2; parameters are in table 23-4.
public record GetLanParameter(int channel, int parameter) implements Command<byte[]> {
    public static final int ADDRESS = 3;
    public static final int SOURCE = 4;
    public static final int MAC = 5;
    public static final int MASK = 6;
    public static final int GATEWAY = 12;
    public static final int VLAN = 20;
    public static final int SUITE_COUNT = 22;
    public static final int SUITES = 23;
    public static final int SUITE_PRIVILEGES = 24;

    @Override
    public IpmiCall call() {
        return IpmiCall.query(TRANSPORT, 0x02, (byte) channel, (byte) parameter, (byte) 0, (byte) 0);
    }

    @Override
    public String title() {
        return "Get LAN Configuration Parameters (channel %d, parameter %d)".formatted(channel, parameter);
    }

    @Override
    public byte[] decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        in.skip("parameter revision", 1);
        return in.rest();
    }
}
