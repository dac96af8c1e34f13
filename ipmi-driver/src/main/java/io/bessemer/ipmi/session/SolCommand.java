package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.protocol.PayloadType;

/// The commands about a serial console, IPMI 2.0 §24 and §26. Only the first instance is used, as every BMC has that alone.
final class SolCommand {
    static final int ACTIVE_ON_ANOTHER_SESSION = 0x80;
    static final int DISABLED = 0x81;
    static final int LIMIT_REACHED = 0x82;
    static final int NOT_WITH_ENCRYPTION = 0x83;

    static final IpmiCall DEACTIVATE = IpmiCall.control(0x06, 0x49, (byte) PayloadType.SOL, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    static final IpmiCall STATUS = IpmiCall.query(0x06, 0x4a, (byte) PayloadType.SOL);
    static final IpmiCall OWNER = IpmiCall.query(0x06, 0x4b, (byte) PayloadType.SOL, (byte) 1);
    private static final int ENCRYPT_AND_AUTHENTICATE = 0xc0;
    private static final int TRANSPORT = 0x0c;
    private static final int SET_PARAMETER = 0x21;
    private static final int GET_PARAMETER = 0x22;
    private static final byte THIS_CHANNEL = 0x0e;
    private static final byte SET_IN_PROGRESS = 0;
    private static final byte ENABLE = 1;
    private static final byte VOLATILE_BIT_RATE = 6;

    /// of the parameters, §26.2
    static final int SET_BY_ANOTHER = 0x81;
    static final IpmiCall BEGIN_SET = IpmiCall.control(TRANSPORT, SET_PARAMETER, THIS_CHANNEL, SET_IN_PROGRESS, (byte) 1);
    /// without it a BMC that can roll back forgets what was set
    static final IpmiCall COMMIT_SET = IpmiCall.control(TRANSPORT, SET_PARAMETER, THIS_CHANNEL, SET_IN_PROGRESS, (byte) 2);
    static final IpmiCall END_SET = IpmiCall.control(TRANSPORT, SET_PARAMETER, THIS_CHANNEL, SET_IN_PROGRESS, (byte) 0);
    static final IpmiCall TURN_ON = IpmiCall.control(TRANSPORT, SET_PARAMETER, THIS_CHANNEL, ENABLE, (byte) 1);
    static final IpmiCall BIT_RATE = IpmiCall.query(TRANSPORT, GET_PARAMETER, THIS_CHANNEL, VOLATILE_BIT_RATE, (byte) 0, (byte) 0);

    private SolCommand() {
    }

    /// @param protect characters travel encrypted and authenticated, as the session's commands do
    static IpmiCall activate(boolean protect) {
        return IpmiCall.control(0x06, 0x48, (byte) PayloadType.SOL, (byte) 1, (byte) (protect ? ENCRYPT_AND_AUTHENTICATE : 0), (byte) 0, (byte) 0, (byte) 0);
    }

    /// Until the BMC starts anew: what is kept for longer stays its operator's.
    static IpmiCall bitRate(SolOptions.BitRate rate) {
        return IpmiCall.control(TRANSPORT, SET_PARAMETER, THIS_CHANNEL, VOLATILE_BIT_RATE, (byte) rate.code());
    }

    /// The code of the bit rate that is used now; 0 for that of the serial port's own setting.
    static int bitRate(byte[] data) throws DecodeException {
        PacketReader in = new PacketReader("SOL volatile bit rate", data);
        in.skip("parameter revision", 1);
        return in.unsignedByte("bit rate") & 0x0f;
    }

    /// @param inboundSize longest payload that the BMC takes, its header included
    record Activated(int inboundSize, int outboundSize, int port) {
        static Activated decode(byte[] data) throws DecodeException {
            PacketReader in = new PacketReader("Activate Payload answer", data);
            in.skip("auxiliary data", 4);
            return new Activated(in.unsignedShort("inbound payload size"), in.unsignedShort("outbound payload size"), in.unsignedShort("payload port"));
        }
    }

    /// The session that has the console, 0 for none. Some BMCs tell a number that is not the session's id, but is another for each.
    static int owner(byte[] data) throws DecodeException {
        return new PacketReader("Get Payload Instance Info answer", data).int32("session id");
    }

    /// Whether the console is active, in whatever session.
    static boolean active(byte[] data) throws DecodeException {
        PacketReader in = new PacketReader("Get Payload Activation Status answer", data);
        in.skip("instance capacity", 1);
        return (in.unsignedShort("active instances") & 1) != 0;
    }
}
