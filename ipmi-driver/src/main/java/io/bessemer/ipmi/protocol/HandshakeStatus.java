package io.bessemer.ipmi.protocol;

/// RMCP+ and RAKP message status codes, IPMI 2.0 §13.24 table 13-15. An unlisted code is kept by its number.
public record HandshakeStatus(int code) {
    public static final HandshakeStatus OK = new HandshakeStatus(0x00);
    public static final HandshakeStatus OUT_OF_SESSIONS = new HandshakeStatus(0x01);
    public static final HandshakeStatus INVALID_SESSION_ID = new HandshakeStatus(0x02);
    public static final HandshakeStatus INVALID_AUTHENTICATION_ALGORITHM = new HandshakeStatus(0x04);
    public static final HandshakeStatus INVALID_INTEGRITY_ALGORITHM = new HandshakeStatus(0x05);
    public static final HandshakeStatus NO_MATCHING_AUTHENTICATION = new HandshakeStatus(0x06);
    public static final HandshakeStatus NO_MATCHING_INTEGRITY = new HandshakeStatus(0x07);
    public static final HandshakeStatus INACTIVE_SESSION_ID = new HandshakeStatus(0x08);
    public static final HandshakeStatus INVALID_ROLE = new HandshakeStatus(0x09);
    public static final HandshakeStatus UNAUTHORIZED_ROLE = new HandshakeStatus(0x0a);
    public static final HandshakeStatus OUT_OF_SESSIONS_AT_ROLE = new HandshakeStatus(0x0b);
    public static final HandshakeStatus INVALID_NAME_LENGTH = new HandshakeStatus(0x0c);
    public static final HandshakeStatus UNAUTHORIZED_NAME = new HandshakeStatus(0x0d);
    public static final HandshakeStatus INVALID_INTEGRITY_CHECK_VALUE = new HandshakeStatus(0x0f);
    public static final HandshakeStatus INVALID_CONFIDENTIALITY_ALGORITHM = new HandshakeStatus(0x10);
    public static final HandshakeStatus NO_CIPHER_SUITE_MATCH = new HandshakeStatus(0x11);
    public static final HandshakeStatus ILLEGAL_PARAMETER = new HandshakeStatus(0x12);

    public boolean ok() {
        return code == 0;
    }

    /// The BMC does not know one of the proposed algorithms; another suite may do.
    public boolean wantsAnotherSuite() {
        return switch (code) {
            case 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12 -> true;
            default -> false;
        };
    }

    public String meaning() {
        return switch (code) {
            case 0x00 -> "no errors";
            case 0x01 -> "insufficient resources to create a session";
            case 0x02 -> "invalid session id";
            case 0x03 -> "invalid payload type";
            case 0x04 -> "invalid authentication algorithm";
            case 0x05 -> "invalid integrity algorithm";
            case 0x06 -> "no matching authentication payload";
            case 0x07 -> "no matching integrity payload";
            case 0x08 -> "inactive session id";
            case 0x09 -> "invalid role";
            case 0x0a -> "unauthorized role or privilege level requested";
            case 0x0b -> "insufficient resources to create a session at the requested role";
            case 0x0c -> "invalid name length";
            case 0x0d -> "unauthorized name";
            case 0x0e -> "unauthorized GUID";
            case 0x0f -> "invalid integrity check value";
            case 0x10 -> "invalid confidentiality algorithm";
            case 0x11 -> "no cipher suite match with proposed security algorithms";
            case 0x12 -> "illegal or unrecognized parameter";
            default -> "unknown status";
        };
    }

    @Override
    public String toString() {
        return "0x%02x (%s)".formatted(code, meaning());
    }
}
