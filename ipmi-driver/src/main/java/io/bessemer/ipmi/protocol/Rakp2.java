package io.bessemer.ipmi.protocol;

/// RAKP Message 2, IPMI 2.0 §13.21: the BMC's random number and GUID, and its proof that it knows the password.
public sealed interface Rakp2 {
    int GUID_LENGTH = 16;

    int tag();

    record Accepted(int tag, int consoleSessionId, byte[] bmcRandom, byte[] guid, byte[] code) implements Rakp2 {
        public byte[] encode() {
            byte[] out = new byte[40 + code.length];
            out[0] = (byte) tag;
            LittleEndian.put32(out, 4, consoleSessionId);
            System.arraycopy(bmcRandom, 0, out, 8, Rakp1.RANDOM_LENGTH);
            System.arraycopy(guid, 0, out, 24, GUID_LENGTH);
            System.arraycopy(code, 0, out, 40, code.length);
            return out;
        }

        @Override
        public String toString() {
            return "Rakp2[tag " + tag + "]";
        }
    }

    record Refused(int tag, HandshakeStatus status, int consoleSessionId) implements Rakp2 {
        public byte[] encode() {
            return new OpenSessionResponse.Refused(tag, status, consoleSessionId).encode();
        }
    }

    static Rakp2 decode(byte[] payload, CipherSuite suite) throws DecodeException {
        PacketReader in = new PacketReader("RAKP 2", payload);
        int tag = in.unsignedByte("tag");
        HandshakeStatus status = new HandshakeStatus(in.unsignedByte("status"));
        if (!status.ok()) {
            in.skip("reserved", Math.min(2, in.remaining()));
            return new Refused(tag, status, in.remaining() >= 4 ? in.int32("console session id") : 0);
        }
        in.skip("reserved", 2);
        int console = in.int32("console session id");
        byte[] random = in.bytes("BMC random number", Rakp1.RANDOM_LENGTH);
        byte[] guid = in.bytes("BMC GUID", GUID_LENGTH);
        return new Accepted(tag, console, random, guid, in.bytes("key exchange authentication code", suite.keyExchangeCodeLength()));
    }
}
