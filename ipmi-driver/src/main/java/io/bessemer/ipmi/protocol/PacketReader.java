package io.bessemer.ipmi.protocol;

import java.util.Arrays;

/// Reads the fields of one message and names the one that is missing. Bit fields are masked by the caller: reserved bits are
/// ignored on read.
public final class PacketReader {
    private final String message;
    private final byte[] bytes;
    private final int from;
    private final int to;
    private int at;

    /// @param message its name, which begins each error: `RAKP 2`
    public PacketReader(String message, byte[] bytes) {
        this(message, bytes, 0, bytes.length);
    }

    PacketReader(String message, byte[] bytes, int from, int to) {
        this.message = message;
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.at = from;
    }

    public int unsignedByte(String field) throws DecodeException {
        need(field, 1);
        return bytes[at++] & 0xff;
    }

    public int unsignedShort(String field) throws DecodeException {
        need(field, 2);
        int value = bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
        at += 2;
        return value;
    }

    public int int32(String field) throws DecodeException {
        need(field, 4);
        int value = LittleEndian.int32(bytes, at);
        at += 4;
        return value;
    }

    public byte[] bytes(String field, int count) throws DecodeException {
        need(field, count);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return copy;
    }

    public byte[] rest() {
        byte[] copy = Arrays.copyOfRange(bytes, at, to);
        at = to;
        return copy;
    }

    public void skip(String field, int count) throws DecodeException {
        need(field, count);
        at += count;
    }

    public int remaining() {
        return to - at;
    }

    public DecodeException wrong(String field, String found, String expected) {
        return new DecodeException("%s %s is %s, expected %s".formatted(message, field, found, expected), Math.max(0, at - from - 1));
    }

    private void need(String field, int count) throws DecodeException {
        if (to - at < count) {
            throw new DecodeException("%s %s needs %d %s, %d left".formatted(message, field, count, count == 1 ? "byte" : "bytes", to - at),
                    at - from);
        }
    }
}
