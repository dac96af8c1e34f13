package io.bessemer.ipmi.sensor;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A string with type and length before it, IPMI 2.0 §43.15.
final class SensorName {
    private static final String BCD_PLUS = "0123456789 -.:,_";

    private SensorName() {
    }

    static String decode(PacketReader in) throws DecodeException {
        int typeAndLength = in.unsignedByte("type and length of the name");
        byte[] bytes = in.bytes("name", typeAndLength & 0x1f);
        String name = switch (typeAndLength >> 6) {
            case 0 -> HexFormat.of().formatHex(bytes); // "Unicode", without a word in which encoding: shown as ipmitool does
            case 1 -> bcd(bytes);
            case 2 -> sixBit(bytes);
            default -> new String(bytes, StandardCharsets.ISO_8859_1);
        };
        return name.replaceAll("\\p{Cntrl}", "");
    }

    private static String bcd(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte two : bytes) {
            text.append(BCD_PLUS.charAt(two >> 4 & 0x0f)).append(BCD_PLUS.charAt(two & 0x0f));
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
