package io.bessemer.pxe.dhcp;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Where options go that do not fit the options field: whole into the first of options, file and sname that has room, else in parts over all of them,
/// which readers join in that order (RFC 3396 §5). What a relay said stays in the options field, where relays look for it (RFC 3046 §2.1).
final class DhcpOptionLayout {
    private static final int LONGEST_PART = 255;
    /// code, length and value of option 52
    private static final int OVERLOAD_LENGTH = 3;

    private final List<Field> fields;
    private final byte[] relayAgent;
    private final List<Integer> leftOut = new ArrayList<>();

    private static final class Field {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int room;

        Field(int room) {
            this.room = room;
        }

        void put(int code, byte[] value, int from, int length) {
            bytes.write(code);
            bytes.write(length);
            bytes.write(value, from, length);
            room -= 2 + length;
        }
    }

    /// @param room           of the options field
    /// @param fileRoom       0 when the field is taken
    /// @param serverNameRoom 0 when the field is taken
    DhcpOptionLayout(DhcpOptions options, int room, int fileRoom, int serverNameRoom) {
        relayAgent = options.bytes(DhcpOption.RELAY_AGENT).filter(value -> value.length <= LONGEST_PART).orElse(null);
        int reserved = OVERLOAD_LENGTH + 1 + (relayAgent == null ? 0 : 2 + relayAgent.length);
        fields = List.of(new Field(room - reserved), new Field(fileRoom - 1), new Field(serverNameRoom - 1));
        for (int code : options.order()) {
            if (code == DhcpOption.RELAY_AGENT && relayAgent != null) {
                continue;
            }
            place(code, options.bytes(code).orElseThrow());
        }
    }

    private void place(int code, byte[] value) {
        if (value.length <= LONGEST_PART) {
            for (Field field : fields) {
                if (field.room >= 2 + value.length) {
                    field.put(code, value, 0, value.length);
                    return;
                }
            }
        }
        if (capacity() < value.length) {
            leftOut.add(code);
            return;
        }
        int from = 0;
        for (Field field : fields) {
            while (from < value.length && field.room > 2) {
                int length = Math.min(Math.min(LONGEST_PART, field.room - 2), value.length - from);
                field.put(code, value, from, length);
                from += length;
            }
        }
    }

    private int capacity() {
        int capacity = 0;
        for (Field field : fields) {
            for (int room = field.room; room > 2; room -= LONGEST_PART + 2) {
                capacity += Math.min(LONGEST_PART, room - 2);
            }
        }
        return capacity;
    }

    boolean usesFile() {
        return fields.get(1).bytes.size() > 0;
    }

    boolean usesServerName() {
        return fields.get(2).bytes.size() > 0;
    }

    void writeOptions(ByteBuf out) {
        out.writeBytes(fields.get(0).bytes.toByteArray());
        if (usesFile() || usesServerName()) {
            out.writeByte(DhcpOption.OVERLOAD).writeByte(1).writeByte((usesFile() ? 1 : 0) | (usesServerName() ? 2 : 0));
        }
        if (relayAgent != null) {
            out.writeByte(DhcpOption.RELAY_AGENT).writeByte(relayAgent.length).writeBytes(relayAgent);
        }
        out.writeByte(DhcpOption.END);
    }

    void writeFile(ByteBuf out, int length) {
        write(fields.get(1), out, length);
    }

    void writeServerName(ByteBuf out, int length) {
        write(fields.get(2), out, length);
    }

    private static void write(Field field, ByteBuf out, int length) {
        byte[] bytes = field.bytes.toByteArray();
        out.writeBytes(bytes).writeByte(DhcpOption.END).writeZero(length - bytes.length - 1);
    }

    List<Integer> leftOut() {
        return List.copyOf(leftOut);
    }
}
