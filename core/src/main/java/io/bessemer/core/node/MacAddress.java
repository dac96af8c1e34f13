package io.bessemer.core.node;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A 48-bit Ethernet address in Ironic's canonical form: lower case, colons.
public record MacAddress(String value) implements Comparable<MacAddress> {
    private static final Pattern CANONICAL = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    /// @throws IllegalArgumentException when `value` is not canonical
    public MacAddress {
        if (!CANONICAL.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a MAC address like 52:54:00:12:34:56");
        }
    }

    /// Accepts upper case, and `-` between the bytes.
    public static Optional<MacAddress> parse(String text) {
        if (text == null || text.length() != 17) {
            return Optional.empty();
        }
        String canonical = text.toLowerCase(Locale.ROOT).replace('-', ':');
        return CANONICAL.matcher(canonical).matches() ? Optional.of(new MacAddress(canonical)) : Optional.empty();
    }

    /// @param bytes exactly six
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        return new MacAddress(HexFormat.ofDelimiter(":").formatHex(bytes));
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
