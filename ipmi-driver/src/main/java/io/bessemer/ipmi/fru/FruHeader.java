package io.bessemer.ipmi.fru;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.util.Arrays;
import java.util.Optional;

/// Where the areas are, §8. Offsets are in multiples of 8 bytes, and 0 for an area that is not there.
public record FruHeader(byte[] bytes) {
    public static final int LENGTH = 8;
    private static final int MULTIRECORDS = 5;

    public static FruHeader decode(byte[] header) throws DecodeException {
        PacketReader in = new PacketReader("FRU header", header);
        int version = in.unsignedByte("format version") & 0x0f;
        if (version != 1) {
            throw in.wrong("format version", Integer.toString(version), "1");
        }
        in.skip("offsets and checksum", LENGTH - 1);
        byte[] exact = Arrays.copyOf(header, LENGTH);
        checksum("FRU header", exact);
        return new FruHeader(exact);
    }

    /// All bytes of an area together are 0, modulo 256.
    static void checksum(String what, byte[] bytes) throws DecodeException {
        int sum = 0;
        for (byte one : bytes) {
            sum += one;
        }
        if ((sum & 0xff) != 0) {
            throw new DecodeException("%s checksum is wrong by 0x%02x".formatted(what, sum & 0xff), bytes.length - 1);
        }
    }

    /// In bytes.
    public Optional<Integer> offset(FruArea area) {
        return at(area.headerIndex());
    }

    public Optional<Integer> multirecords() {
        return at(MULTIRECORDS);
    }

    private Optional<Integer> at(int index) {
        int offset = (bytes[index] & 0xff) * 8;
        return offset == 0 ? Optional.empty() : Optional.of(offset);
    }
}
