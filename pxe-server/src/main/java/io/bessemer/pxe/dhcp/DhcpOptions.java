package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The options of a message, in the order in which they first came. Values are raw bytes; an option that came several times is one value,
/// its parts joined (RFC 3396 §5).
public final class DhcpOptions {
    public static final DhcpOptions NONE = new DhcpOptions(new LinkedHashMap<>());

    private final Map<Integer, byte[]> values;

    private DhcpOptions(Map<Integer, byte[]> values) {
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Set<Integer> codes() {
        return Set.copyOf(values.keySet());
    }

    /// In the order of the packet.
    public List<Integer> order() {
        return List.copyOf(values.keySet());
    }

    public boolean has(int code) {
        return values.containsKey(code);
    }

    public Optional<byte[]> bytes(int code) {
        return Optional.ofNullable(values.get(code)).map(byte[]::clone);
    }

    /// Empty when absent or not exactly four bytes.
    public Optional<Inet4Address> address(int code) {
        return bytes(code).filter(value -> value.length == 4).map(DhcpOptions::toAddress);
    }

    /// Text without trailing NULs, which some firmware appends (RFC 2132 §2).
    public Optional<String> text(int code) {
        return bytes(code).map(value -> {
            int length = value.length;
            while (length > 0 && value[length - 1] == 0) {
                length--;
            }
            return new String(value, 0, length, StandardCharsets.ISO_8859_1);
        });
    }

    /// The first two bytes, as in options 57 and 93 (which may hold several).
    public Optional<Integer> unsignedShort(int code) {
        return bytes(code).filter(value -> value.length >= 2).map(value -> (value[0] & 0xff) << 8 | value[1] & 0xff);
    }

    public Optional<Long> seconds(int code) {
        return bytes(code).filter(value -> value.length == 4)
                .map(value -> (value[0] & 0xffL) << 24 | (value[1] & 0xffL) << 16 | (value[2] & 0xffL) << 8 | value[3] & 0xffL);
    }

    Optional<Integer> unsignedByte(int code) {
        return bytes(code).filter(value -> value.length == 1).map(value -> value[0] & 0xff);
    }

    /// Joins the options field and, as option 52 says, the file and sname fields (RFC 2132 §9.3; order of RFC 3396 §5).
    static final class Reader {
        private final Map<Integer, byte[]> values = new LinkedHashMap<>();

        void read(ByteBuf in, String field, boolean endRequired) throws DecodeException {
            while (in.isReadable()) {
                int at = in.readerIndex();
                int code = in.readUnsignedByte();
                if (code == DhcpOption.PAD) {
                    continue;
                }
                if (code == DhcpOption.END) {
                    return;
                }
                if (!in.isReadable()) {
                    throw new DecodeException("DHCP option %d in the %s field has no length".formatted(code, field), at);
                }
                int length = in.readUnsignedByte();
                if (in.readableBytes() < length) {
                    throw new DecodeException("DHCP option %d in the %s field says %d bytes, %d left".formatted(code, field, length, in.readableBytes()), at);
                }
                byte[] value = new byte[length];
                in.readBytes(value);
                values.merge(code, value, Reader::joined);
            }
            if (endRequired) {
                throw new DecodeException("DHCP %s field has no end option".formatted(field), in.readerIndex());
            }
        }

        int overload() {
            byte[] value = values.get(DhcpOption.OVERLOAD);
            return value == null || value.length != 1 ? 0 : value[0] & 3;
        }

        DhcpOptions finish() {
            values.remove(DhcpOption.OVERLOAD); // says how this packet was laid out, nothing else
            return new DhcpOptions(values);
        }

        private static byte[] joined(byte[] one, byte[] other) {
            byte[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }
    }

    /// Bytes on the wire, with the end option.
    int length() {
        return values.values().stream().mapToInt(value -> value.length + 2 * Math.max(1, (value.length + 254) / 255)).sum() + 1;
    }

    /// Values longer than 255 bytes are split (RFC 3396 §6); ends with the end option.
    void write(ByteBuf out) {
        values.forEach((code, value) -> {
            int from = 0;
            do {
                int length = Math.min(255, value.length - from);
                out.writeByte(code).writeByte(length).writeBytes(value, from, length);
                from += length;
            } while (from < value.length);
        });
        out.writeByte(DhcpOption.END);
    }

    private static Inet4Address toAddress(byte[] four) {
        try {
            return (Inet4Address) InetAddress.getByAddress(four);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof DhcpOptions that) || !order().equals(that.order())) {
            return false;
        }
        return values.entrySet().stream().allMatch(entry -> Arrays.equals(entry.getValue(), that.values.get(entry.getKey())));
    }

    @Override
    public int hashCode() {
        return values.keySet().hashCode();
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        for (int code : new TreeSet<>(values.keySet())) {
            text.append(text.length() > 1 ? ", " : "").append(code).append('=').append(HexFormat.of().formatHex(values.get(code)));
        }
        return text.append('}').toString();
    }

    public static final class Builder {
        private final Map<Integer, byte[]> values = new LinkedHashMap<>();

        private Builder() {}

        public Builder bytes(int code, byte... value) {
            if (code <= DhcpOption.PAD || code >= DhcpOption.END) {
                throw new IllegalArgumentException("DHCP option code " + code + " is not in 1..254");
            }
            values.put(code, value.clone());
            return this;
        }

        public Builder text(int code, String value) {
            return bytes(code, value.getBytes(StandardCharsets.ISO_8859_1));
        }

        public Builder address(int code, Inet4Address value) {
            return bytes(code, value.getAddress());
        }

        public Builder addresses(int code, List<Inet4Address> addresses) {
            var joined = new ByteArrayOutputStream();
            addresses.forEach(address -> joined.writeBytes(address.getAddress()));
            return addresses.isEmpty() ? this : bytes(code, joined.toByteArray());
        }

        public Builder seconds(int code, long value) {
            return bytes(code, (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value);
        }

        public Builder type(DhcpMessageType type) {
            return bytes(DhcpOption.MESSAGE_TYPE, (byte) type.code());
        }

        /// Copies the option, when there, from the message that is answered.
        public Builder echo(int code, DhcpOptions from) {
            from.bytes(code).ifPresent(value -> bytes(code, value));
            return this;
        }

        /// Puts all of them after what is there, which wins.
        public Builder addAll(DhcpOptions others) {
            others.values.forEach(values::putIfAbsent);
            return this;
        }

        public DhcpOptions build() {
            return new DhcpOptions(new LinkedHashMap<>(values));
        }
    }
}
