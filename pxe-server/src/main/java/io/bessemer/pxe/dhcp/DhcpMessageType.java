package io.bessemer.pxe.dhcp;

import java.util.Optional;

/// Option 53, RFC 2132 §9.6, in the order of its codes.
public enum DhcpMessageType {
    DISCOVER,
    OFFER,
    REQUEST,
    DECLINE,
    ACK,
    NAK,
    RELEASE,
    INFORM;

    public int code() {
        return ordinal() + 1;
    }

    public static Optional<DhcpMessageType> fromCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
