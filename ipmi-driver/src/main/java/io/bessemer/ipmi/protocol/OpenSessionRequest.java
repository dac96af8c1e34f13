package io.bessemer.ipmi.protocol;

/// RMCP+ Open Session Request, IPMI 2.0 §13.17.
///
/// @param maximumPrivilege 0: the highest that the proposed algorithms allow
/// @param authentication   algorithm number; so `integrity` and `confidentiality`
public record OpenSessionRequest(int tag, int maximumPrivilege, int consoleSessionId, int authentication, int integrity, int confidentiality) {
    static final int LENGTH = 32;

    public static OpenSessionRequest of(int tag, int consoleSessionId, CipherSuite suite) {
        return new OpenSessionRequest(tag, 0, consoleSessionId, suite.authentication(), suite.integrity(), suite.confidentiality());
    }

    public OpenSessionRequest withMaximumPrivilege(Privilege level) {
        return new OpenSessionRequest(tag, level.code(), consoleSessionId, authentication, integrity, confidentiality);
    }

    public byte[] encode() {
        byte[] out = new byte[LENGTH];
        out[0] = (byte) tag;
        out[1] = (byte) maximumPrivilege;
        LittleEndian.put32(out, 4, consoleSessionId);
        AlgorithmPayload.write(out, 8, authentication, integrity, confidentiality);
        return out;
    }

    public static OpenSessionRequest decode(byte[] payload) throws DecodeException {
        PacketReader in = new PacketReader("Open Session Request", payload);
        int tag = in.unsignedByte("tag");
        int privilege = in.unsignedByte("maximum privilege") & 0x0f;
        in.skip("reserved", 2);
        int console = in.int32("console session id");
        return new OpenSessionRequest(tag, privilege, console, AlgorithmPayload.read(in, "authentication algorithm", 0),
                AlgorithmPayload.read(in, "integrity algorithm", 1), AlgorithmPayload.read(in, "confidentiality algorithm", 2));
    }
}
