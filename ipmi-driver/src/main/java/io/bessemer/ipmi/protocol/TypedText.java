package io.bessemer.ipmi.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A string as records of sensors and parts hold it, by the two bits of its type: IPMI 2.0 §43.15, FRU Information Storage Definition §13.
public final class TypedText {
    public static final int BINARY = 0;
    public static final int BCD_PLUS = 1;
    public static final int SIX_BIT = 2;
    public static final int EIGHT_BIT = 3;
    private static final String BCD_PLUS_CHARACTERS = "0123456789 -.:,_";

    private TypedText() {
    }

    /// @param type the upper two bits of the type and length byte
    /// @return without control and format characters
    public static String of(int type, byte[] bytes) {
        String text = switch (type) {
            case BINARY -> HexFormat.of().formatHex(bytes); // of sensors "Unicode", without a word in which encoding: shown as ipmitool does
            case BCD_PLUS -> bcd(bytes);
            case SIX_BIT -> sixBit(bytes);
            default -> new String(bytes, StandardCharsets.ISO_8859_1);
        };
        return printable(text);
    }

    public static String printable(String text) {
        return text.replaceAll("\\p{C}", "");
    }

    private static String bcd(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte two : bytes) {
            text.append(BCD_PLUS_CHARACTERS.charAt(two >> 4 & 0x0f)).append(BCD_PLUS_CHARACTERS.charAt(two & 0x0f));
        }
        return text.toString();
    }

    /// Characters from the blank on, the first in the lowest six bits.
    private static String sixBit(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit + 6 <= bytes.length * 8; bit += 6) {
            int two = bytes[bit / 8] & 0xff | (bit / 8 + 1 < bytes.length ? (bytes[bit / 8 + 1] & 0xff) << 8 : 0);
            text.append((char) (' ' + (two >> bit % 8 & 0x3f)));
        }
        return text.toString();
    }
}
