package io.bessemer.ipmi.protocol;

/// RAKP Message 4, IPMI 2.0 §13.23: the session is open; the code proves that the BMC has the same session key.
public sealed interface Rakp4 {
    int tag();

    record Accepted(int tag, int consoleSessionId, byte[] code) implements Rakp4 {
        public byte[] encode() {
            byte[] out = new byte[8 + code.length];
            out[0] = (byte) tag;
            LittleEndian.put32(out, 4, consoleSessionId);
            System.arraycopy(code, 0, out, 8, code.length);
            return out;
        }

        @Override
        public String toString() {
            return "Rakp4[tag " + tag + "]";
        }
    }

    record Refused(int tag, HandshakeStatus status, int consoleSessionId) implements Rakp4 {
        public byte[] encode() {
            return new OpenSessionResponse.Refused(tag, status, consoleSessionId).encode();
        }
    }

    static Rakp4 decode(byte[] payload, CipherSuite suite) throws DecodeException {
        PacketReader in = new PacketReader("RAKP 4", payload);
        int tag = in.unsignedByte("tag");
        HandshakeStatus status = new HandshakeStatus(in.unsignedByte("status"));
        if (!status.ok()) {
            in.skip("reserved", Math.min(2, in.remaining()));
            return new Refused(tag, status, in.remaining() >= 4 ? in.int32("console session id") : 0);
        }
        in.skip("reserved", 2);
        int console = in.int32("console session id");
        return new Accepted(tag, console, in.bytes("integrity check value", suite.integrityCodeLength()));
    }
}
