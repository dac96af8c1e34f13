package io.bessemer.ipmi.protocol;

/// A datagram of RMCP class IPMI (IPMI 2.0 §13.6): an IPMI 1.5 message outside a session, or an RMCP+ packet.
public sealed interface IpmiPacket {
    int RMCP_VERSION = 0x06;
    /// no RMCP acknowledge wanted
    int RMCP_NO_ACK = 0xff;
    int RMCP_CLASS_IPMI = 0x07;
    int FORMAT_NONE = 0x00;
    int FORMAT_RMCPP = 0x06;
    /// longest datagram that we read; our longest request is under 100 bytes
    int MAX_LENGTH = 1024;

    /// An IPMI 1.5 message without session or authentication: what Get Channel Authentication Capabilities travels in.
    ///
    /// @param message the LAN message
    record Sessionless(byte[] message) implements IpmiPacket {
        public byte[] encode() {
            byte[] out = new byte[14 + message.length];
            rmcpHeader(out);
            out[4] = FORMAT_NONE;
            out[13] = (byte) message.length;
            System.arraycopy(message, 0, out, 14, message.length);
            return out;
        }

        @Override
        public String toString() {
            return "Sessionless[" + message.length + " bytes]";
        }
    }

    /// An RMCP+ packet as it stands: what is encrypted is still encrypted, and nothing has been verified.
    ///
    /// @param payload       as on the wire
    /// @param trailerLength bytes after the payload: integrity pad, its length, next header and code
    record RmcpPlus(int payloadType, boolean encrypted, boolean authenticated, int sessionId, int sequence, byte[] payload, int trailerLength)
            implements IpmiPacket {
        static final int HEADER_LENGTH = 16;

        /// A packet outside a session: Open Session and RAKP.
        public static RmcpPlus unprotected(int payloadType, byte[] payload) {
            return new RmcpPlus(payloadType, false, false, 0, 0, payload, 0);
        }

        /// Header and payload, without a trailer.
        public byte[] encode() {
            byte[] out = new byte[HEADER_LENGTH + payload.length];
            header(out, payloadType | (encrypted ? 0x80 : 0) | (authenticated ? 0x40 : 0), sessionId, sequence, payload.length);
            System.arraycopy(payload, 0, out, HEADER_LENGTH, payload.length);
            return out;
        }

        static void header(byte[] out, int typeAndFlags, int sessionId, int sequence, int payloadLength) {
            rmcpHeader(out);
            out[4] = FORMAT_RMCPP;
            out[5] = (byte) typeAndFlags;
            LittleEndian.put32(out, 6, sessionId);
            LittleEndian.put32(out, 10, sequence);
            out[14] = (byte) payloadLength;
            out[15] = (byte) (payloadLength >> 8);
        }

        @Override
        public String toString() {
            return "RmcpPlus[type 0x%02x, session %08x, sequence %d, %d bytes]".formatted(payloadType, sessionId, sequence, payload.length);
        }
    }

    static IpmiPacket decode(byte[] datagram) throws DecodeException {
        if (datagram.length > MAX_LENGTH) {
            throw new DecodeException("datagram has %d bytes, expected at most %d".formatted(datagram.length, MAX_LENGTH), MAX_LENGTH);
        }
        PacketReader in = new PacketReader("RMCP", datagram);
        expect(in, "version", in.unsignedByte("version"), RMCP_VERSION);
        in.skip("reserved", 1);
        in.skip("sequence", 1);
        int messageClass = in.unsignedByte("class");
        expect(in, "class", messageClass & 0x9f, RMCP_CLASS_IPMI);
        int format = in.unsignedByte("authentication type");
        return switch (format & 0x0f) {
            case FORMAT_NONE -> sessionless(in);
            case FORMAT_RMCPP -> rmcpPlus(in);
            default -> throw in.wrong("authentication type", hex(format), "0x00 (none) or 0x06 (RMCP+)");
        };
    }

    private static Sessionless sessionless(PacketReader in) throws DecodeException {
        in.skip("session sequence", 4);
        int session = in.int32("session id");
        if (session != 0) {
            throw in.wrong("session id", "%08x".formatted(session), "0 outside a session");
        }
        int length = in.unsignedByte("message length");
        return new Sessionless(in.bytes("message", length));
    }

    private static RmcpPlus rmcpPlus(PacketReader in) throws DecodeException {
        int type = in.unsignedByte("payload type");
        if ((type & 0x3f) == 0x02) {
            throw in.wrong("payload type", "0x02 (OEM explicit)", "a standard payload");
        }
        int session = in.int32("session id");
        int sequence = in.int32("session sequence");
        int length = in.unsignedShort("payload length");
        byte[] payload = in.bytes("payload", length);
        return new RmcpPlus(type & 0x3f, (type & 0x80) != 0, (type & 0x40) != 0, session, sequence, payload, in.remaining());
    }

    private static void rmcpHeader(byte[] out) {
        out[0] = RMCP_VERSION;
        out[2] = (byte) RMCP_NO_ACK;
        out[3] = RMCP_CLASS_IPMI;
    }

    private static void expect(PacketReader in, String field, int found, int expected) throws DecodeException {
        if (found != expected) {
            throw in.wrong(field, hex(found), hex(expected));
        }
    }

    private static String hex(int value) {
        return "0x%02x".formatted(value);
    }
}
