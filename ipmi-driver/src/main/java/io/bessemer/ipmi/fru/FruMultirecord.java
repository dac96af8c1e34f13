package io.bessemer.ipmi.fru;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.util.Arrays;

/// The header of a record after the areas, §16. What is in it is told by its name alone.
///
/// @param length of what follows the header
public record FruMultirecord(int type, boolean last, int length) {
    public static final int HEADER_LENGTH = 5;

    public static FruMultirecord decode(byte[] header) throws DecodeException {
        PacketReader in = new PacketReader("FRU multirecord", header);
        int type = in.unsignedByte("type");
        int flags = in.unsignedByte("flags");
        int length = in.unsignedByte("length");
        in.skip("checksums", 2);
        FruHeader.checksum("FRU multirecord header", Arrays.copyOf(header, HEADER_LENGTH));
        return new FruMultirecord(type, (flags & 0x80) != 0, length);
    }

    public String name() {
        return switch (type) {
            case 0x00 -> "power supply information";
            case 0x01 -> "DC output";
            case 0x02 -> "DC load";
            case 0x03 -> "management access";
            case 0x04 -> "base compatibility";
            case 0x05 -> "extended compatibility";
            default -> "%s record 0x%02x".formatted(type >= 0xc0 ? "OEM" : "unknown", type);
        };
    }
}
