package io.bessemer.pxe.tftp;

import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A TFTP datagram, RFC 1350 §5 and RFC 2347.
public sealed interface TftpMessage {
    int OPCODE_READ = 1;
    int OPCODE_WRITE = 2;
    int OPCODE_DATA = 3;
    int OPCODE_ACK = 4;
    int OPCODE_ERROR = 5;
    int OPCODE_OPTIONS = 6;
    /// of a request, RFC 2347 §3
    int MAXIMUM_REQUEST = 512;

    /// Asks for a file. Option names are in lower case; one that comes twice keeps its first value.
    record ReadRequest(String file, String mode, Map<String, String> options) implements TftpMessage {
        public ReadRequest {
            options = Map.copyOf(options);
        }
    }

    /// Wants to write; always refused.
    record WriteRequest(String file) implements TftpMessage {}

    /// One block, numbered from 1 and wrapping at 65535.
    record Data(int block, byte[] bytes) implements TftpMessage {
        public Data {
            bytes = bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Data that && block == that.block && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * block + Arrays.hashCode(bytes);
        }
    }

    /// Acknowledges all blocks up to this one.
    record Ack(int block) implements TftpMessage {}

    /// Ends a transfer.
    record Failure(int code, String message) implements TftpMessage {}

    /// The options that the server grants, in order.
    record OptionAck(Map<String, String> options) implements TftpMessage {
        public OptionAck {
            options = new LinkedHashMap<>(options);
        }
    }

    /// Only `DecodeException` comes out of here, whatever the bytes.
    static TftpMessage decode(ByteBuf in) throws DecodeException {
        int at = in.readerIndex();
        int opcode = unsignedShort(in, "opcode");
        return switch (opcode) {
            case OPCODE_READ -> {
                requireRequestSize(in, at);
                yield new ReadRequest(text(in, "file name"), text(in, "mode").toLowerCase(Locale.ROOT), options(in));
            }
            case OPCODE_WRITE -> {
                requireRequestSize(in, at);
                yield new WriteRequest(text(in, "file name"));
            }
            case OPCODE_DATA -> {
                int block = unsignedShort(in, "DATA block number");
                byte[] bytes = new byte[in.readableBytes()];
                in.readBytes(bytes);
                yield new Data(block, bytes);
            }
            case OPCODE_ACK -> new Ack(unsignedShort(in, "ACK block number"));
            case OPCODE_ERROR -> new Failure(unsignedShort(in, "ERROR code"), lenientText(in));
            case OPCODE_OPTIONS -> new OptionAck(options(in));
            default -> throw new DecodeException("TFTP opcode %d is not in 1..6".formatted(opcode), at);
        };
    }

    /// Appends the datagram.
    default void encode(ByteBuf out) {
        switch (this) {
            case ReadRequest(var file, var mode, var options) -> {
                write(out.writeShort(OPCODE_READ), file);
                write(out, mode);
                options.forEach((name, value) -> write(write(out, name), value));
            }
            case WriteRequest(var file) -> write(write(out.writeShort(OPCODE_WRITE), file), "octet");
            case Data(var block, var bytes) -> out.writeShort(OPCODE_DATA).writeShort(block).writeBytes(bytes);
            case Ack(var block) -> out.writeShort(OPCODE_ACK).writeShort(block);
            case Failure(var code, var message) -> write(out.writeShort(OPCODE_ERROR).writeShort(code), message);
            case OptionAck(var options) -> {
                out.writeShort(OPCODE_OPTIONS);
                options.forEach((name, value) -> write(write(out, name), value));
            }
        }
    }

    private static ByteBuf write(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        return out.writeByte(0);
    }

    private static void requireRequestSize(ByteBuf in, int at) throws DecodeException {
        if (in.readableBytes() + 2 > MAXIMUM_REQUEST) {
            throw new DecodeException("TFTP request has %d bytes, at most %d expected".formatted(in.readableBytes() + 2, MAXIMUM_REQUEST), at);
        }
    }

    private static Map<String, String> options(ByteBuf in) throws DecodeException {
        var options = new LinkedHashMap<String, String>();
        while (in.isReadable()) {
            String name = text(in, "option name").toLowerCase(Locale.ROOT);
            options.putIfAbsent(name, text(in, "value of option " + name));
        }
        return options;
    }

    private static int unsignedShort(ByteBuf in, String field) throws DecodeException {
        if (in.readableBytes() < 2) {
            throw new DecodeException("TFTP %s needs 2 bytes, %d left".formatted(field, in.readableBytes()), in.readerIndex());
        }
        return in.readUnsignedShort();
    }

    private static String text(ByteBuf in, String field) throws DecodeException {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new DecodeException("TFTP %s does not end with a NUL".formatted(field), in.readerIndex());
        }
        String text = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
        in.skipBytes(length + 1);
        return text;
    }

    /// Some clients forget the NUL of an ERROR's text.
    private static String lenientText(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        return in.toString(in.readerIndex(), length < 0 ? in.readableBytes() : length, StandardCharsets.ISO_8859_1);
    }
}
