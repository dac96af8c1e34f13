package io.bessemer.ipmi.protocol;

/// RAKP Message 3, IPMI 2.0 §13.22: our proof, or why we go no further.
///
/// @param code empty when `status` is an error
public record Rakp3(int tag, HandshakeStatus status, int bmcSessionId, byte[] code) {
    public byte[] encode() {
        byte[] out = new byte[8 + code.length];
        out[0] = (byte) tag;
        out[1] = (byte) status.code();
        LittleEndian.put32(out, 4, bmcSessionId);
        System.arraycopy(code, 0, out, 8, code.length);
        return out;
    }

    public static Rakp3 decode(byte[] payload, CipherSuite suite) throws DecodeException {
        PacketReader in = new PacketReader("RAKP 3", payload);
        int tag = in.unsignedByte("tag");
        HandshakeStatus status = new HandshakeStatus(in.unsignedByte("status"));
        in.skip("reserved", 2);
        int session = in.int32("BMC session id");
        return new Rakp3(tag, status, session,
                status.ok() ? in.bytes("key exchange authentication code", suite.keyExchangeCodeLength()) : new byte[0]);
    }

    @Override
    public String toString() {
        return "Rakp3[tag " + tag + ", " + status + "]";
    }
}
