package io.bessemer.core.node;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// A 48-bit Ethernet address in Ironic's canonical form: lower case, colons.
public record MacAddress(String value) implements Comparable<MacAddress> {
    /// @throws IllegalArgumentException when `value` is not canonical
    public MacAddress {
        if (!isCanonical(value)) {
            throw new IllegalArgumentException("'" + value + "' is not a MAC address like 52:54:00:12:34:56");
        }
    }

    /// Accepts upper case, and `-` between the bytes.
    public static Optional<MacAddress> parse(String text) {
        if (text == null || text.length() != 17) {
            return Optional.empty();
        }
        String canonical = text.toLowerCase(Locale.ROOT).replace('-', ':');
        return isCanonical(canonical) ? Optional.of(new MacAddress(canonical)) : Optional.empty();
    }

    /// @param bytes exactly six
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        return new MacAddress(HexFormat.ofDelimiter(":").formatHex(bytes));
    }

    private static boolean isCanonical(String text) { // by hand, as there is one for each packet
        boolean fine = text.length() == 17;
        for (int i = 0; fine && i < 17; i++) {
            char each = text.charAt(i);
            fine = i % 3 == 2 ? each == ':' : each >= '0' && each <= '9' || each >= 'a' && each <= 'f';
        }
        return fine;
    }

    public byte[] bytes() {
        return HexFormat.ofDelimiter(":").parseHex(value);
    }

    @Override
    public int compareTo(MacAddress other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
