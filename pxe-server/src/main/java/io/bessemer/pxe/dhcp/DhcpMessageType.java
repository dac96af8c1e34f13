package io.bessemer.pxe.dhcp;

import java.util.Locale;
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

    private final String title = name().toLowerCase(Locale.ROOT);

    /// As in counters and timelines.
    String title() {
        return title;
    }

    public int code() {
        return ordinal() + 1;
    }

    public static Optional<DhcpMessageType> fromCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
