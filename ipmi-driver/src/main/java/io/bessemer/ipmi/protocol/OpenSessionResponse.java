package io.bessemer.ipmi.protocol;

/// RMCP+ Open Session Response, IPMI 2.0 §13.18.
public sealed interface OpenSessionResponse {
    int tag();

    /// The BMC made a half-open session.
    record Accepted(int tag, int maximumPrivilege, int consoleSessionId, int bmcSessionId, int authentication, int integrity,
            int confidentiality) implements OpenSessionResponse {
        public boolean matches(CipherSuite suite) {
            return authentication == suite.authentication() && integrity == suite.integrity() && confidentiality == suite.confidentiality();
        }

        public byte[] encode() {
            byte[] out = new byte[36];
            out[0] = (byte) tag;
            out[2] = (byte) maximumPrivilege;
            LittleEndian.put32(out, 4, consoleSessionId);
            LittleEndian.put32(out, 8, bmcSessionId);
            AlgorithmPayload.write(out, 12, authentication, integrity, confidentiality);
            return out;
        }
    }

    /// @param consoleSessionId some BMCs put 0 here
    record Refused(int tag, HandshakeStatus status, int consoleSessionId) implements OpenSessionResponse {
        public byte[] encode() {
            byte[] out = new byte[8];
            out[0] = (byte) tag;
            out[1] = (byte) status.code();
            LittleEndian.put32(out, 4, consoleSessionId);
            return out;
        }
    }

    static OpenSessionResponse decode(byte[] payload) throws DecodeException {
        PacketReader in = new PacketReader("Open Session Response", payload);
        int tag = in.unsignedByte("tag");
        HandshakeStatus status = new HandshakeStatus(in.unsignedByte("status"));
        if (!status.ok()) {
            in.skip("reserved", Math.min(2, in.remaining()));
            return new Refused(tag, status, in.remaining() >= 4 ? in.int32("console session id") : 0);
        }
        int privilege = in.unsignedByte("maximum privilege") & 0x0f;
        in.skip("reserved", 1);
        int console = in.int32("console session id");
        int bmc = in.int32("BMC session id");
        if (bmc == 0) {
            throw in.wrong("BMC session id", "0", "any other value");
        }
        return new Accepted(tag, privilege, console, bmc, AlgorithmPayload.read(in, "authentication algorithm", 0),
                AlgorithmPayload.read(in, "integrity algorithm", 1), AlgorithmPayload.read(in, "confidentiality algorithm", 2));
    }
}
