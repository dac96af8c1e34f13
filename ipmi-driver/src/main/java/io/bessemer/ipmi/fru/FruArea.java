package io.bessemer.ipmi.fru;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.protocol.TypedText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of the areas that have text: version, length in multiples of 8 bytes, fields with type and length before each, and a checksum.
public enum FruArea {
    /// §10
    CHASSIS("chassis", 2, List.of("part_number", "serial")),
    /// §11
    BOARD("board", 3, List.of("manufacturer", "name", "serial", "part_number", "fru_file_id")),
    /// §12
    PRODUCT("product", 4, List.of("manufacturer", "name", "part_number", "version", "serial", "asset_tag", "fru_file_id"));

    /// bytes that tell how long an area is
    public static final int HEADER_LENGTH = 2;
    private static final int END = 0xc1;
    /// §11: minutes since
    private static final Instant EPOCH = Instant.parse("1996-01-01T00:00:00Z");
    /// §15: in other languages "8-bit" is UTF-16, low byte first
    private static final int LANGUAGE_DEFAULT = 0;
    private static final int LANGUAGE_ENGLISH = 25;
    /// System Management BIOS, table 17
    private static final String[] CHASSIS_TYPES = {"Unspecified", "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Portable", "Laptop",
        "Notebook", "Hand Held", "Docking Station", "All in One", "Sub Notebook", "Space-saving", "Lunch Box", "Main Server Chassis", "Expansion Chassis", "SubChassis",
        "Bus Expansion Chassis", "Peripheral Chassis", "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC", "Multi-system Chassis", "CompactPCI", "AdvancedTCA", "Blade",
        "Blade Enclosure", "Tablet", "Convertible", "Detachable"};

    private final String wire;
    private final int headerIndex;
    private final List<String> fields;

    FruArea(String wire, int headerIndex, List<String> fields) {
        this.wire = wire;
        this.headerIndex = headerIndex;
        this.fields = fields;
    }

    public String wire() {
        return wire;
    }

    /// Of the byte in the common header that says where the area is.
    int headerIndex() {
        return headerIndex;
    }

    /// Of the whole area in bytes, told by its first two.
    public int length(byte[] header) throws DecodeException {
        PacketReader in = new PacketReader("FRU " + wire + " area", header);
        version(in);
        int length = in.unsignedByte("length") * 8;
        if (length == 0) {
            throw in.wrong("length", "0", "at least 8 bytes");
        }
        return length;
    }

    private static void version(PacketReader in) throws DecodeException {
        int version = in.unsignedByte("version") & 0x0f;
        if (version != 1) {
            throw in.wrong("version", Integer.toString(version), "1");
        }
    }

    /// What the area tells; fields that are empty are left out, and what follows the standard ones stands as a list under `custom`.
    public Map<String, Object> decode(byte[] area) throws DecodeException {
        if (area.length < length(area)) {
            throw new DecodeException("FRU %s area has %d bytes, its length says %d".formatted(wire, area.length, length(area)), area.length);
        }
        byte[] exact = Arrays.copyOf(area, length(area));
        FruHeader.checksum("FRU " + wire + " area", exact);
        PacketReader in = new PacketReader("FRU " + wire + " area", Arrays.copyOf(exact, exact.length - 1));
        in.skip("header", HEADER_LENGTH);
        Map<String, Object> told = new LinkedHashMap<>();
        int first = in.unsignedByte(this == CHASSIS ? "chassis type" : "language");
        boolean latin = this == CHASSIS || first == LANGUAGE_DEFAULT || first == LANGUAGE_ENGLISH;
        if (this == CHASSIS) {
            told.put("type", first < CHASSIS_TYPES.length ? CHASSIS_TYPES[first] : "0x%02x".formatted(first));
        }
        if (this == BOARD) {
            int minutes = in.unsignedShort("manufacturing date") | in.unsignedByte("manufacturing date") << 16;
            if (minutes != 0) { // not told
                told.put("manufactured_at", EPOCH.plus(Duration.ofMinutes(minutes)).toString());
            }
        }
        List<Object> custom = new ArrayList<>();
        for (int i = 0; in.remaining() > 0; i++) {
            Optional<String> text = field(in, latin);
            if (text.isEmpty()) {
                break;
            }
            if (text.get().isEmpty()) {
                continue;
            }
            if (i < fields.size()) {
                told.put(fields.get(i), text.get());
            } else {
                custom.add(text.get());
            }
        }
        if (!custom.isEmpty()) {
            told.put("custom", custom);
        }
        return told;
    }

    /// Empty at the end.
    private static Optional<String> field(PacketReader in, boolean latin) throws DecodeException {
        int typeAndLength = in.unsignedByte("type and length of a field");
        if (typeAndLength == END) {
            return Optional.empty();
        }
        byte[] bytes = in.bytes("field", typeAndLength & 0x3f);
        int type = typeAndLength >> 6;
        String text = type == TypedText.EIGHT_BIT && !latin ? TypedText.printable(new String(bytes, StandardCharsets.UTF_16LE)) : TypedText.of(type, bytes);
        return Optional.of(text.strip());
    }
}
