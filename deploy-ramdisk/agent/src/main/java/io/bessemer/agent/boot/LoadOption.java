package io.bessemer.agent.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// A `Boot####` variable, EFI_LOAD_OPTION (UEFI 2.10 §3.1.3). The device path is kept as it is; entries of others may hold anything.
record LoadOption(int attributes, String description, byte[] devicePath, byte[] optionalData) {
    private static final int ACTIVE = 1;
    private static final int SHORTEST = 6;
    private static final int TYPE_MESSAGING = 3;
    private static final int TYPE_MEDIA = 4;
    private static final int TYPE_END = 0x7f;
    private static final int MESSAGING_MAC = 11;
    private static final int MEDIA_HARD_DRIVE = 1;
    private static final int MEDIA_FILE_PATH = 4;
    private static final int HARD_DRIVE_LENGTH = 42;

    /// An entry that starts `loader` from a GPT partition.
    ///
    /// @param loader `\EFI\BOOT\BOOTX64.EFI`
    static LoadOption ofFile(String description, int partitionNumber, long firstSector, long sectors, UUID partition, String loader) {
        byte[] file = utf16(loader);
        ByteBuffer path = ByteBuffer.allocate(HARD_DRIVE_LENGTH + 4 + file.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        path.put((byte) TYPE_MEDIA).put((byte) MEDIA_HARD_DRIVE).putShort((short) HARD_DRIVE_LENGTH);
        path.putInt(partitionNumber).putLong(firstSector).putLong(sectors).put(guid(partition)).put((byte) 2).put((byte) 2); // GPT, by GUID
        path.put((byte) TYPE_MEDIA).put((byte) MEDIA_FILE_PATH).putShort((short) (4 + file.length)).put(file);
        path.put((byte) TYPE_END).put((byte) 0xff).putShort((short) 4);
        return new LoadOption(ACTIVE, description, path.array(), new byte[0]);
    }

    byte[] encode() {
        byte[] words = utf16(description);
        return ByteBuffer.allocate(SHORTEST + words.length + devicePath.length + optionalData.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(attributes).putShort((short) devicePath.length).put(words).put(devicePath).put(optionalData).array();
    }

    /// Empty when it is no load option: firmware is known to leave odd ones.
    static Optional<LoadOption> decode(byte[] bytes) {
        if (bytes.length < SHORTEST + 2) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int attributes = in.getInt();
        int pathLength = Short.toUnsignedInt(in.getShort());
        int end = SHORTEST;
        while (end + 1 < bytes.length && (bytes[end] != 0 || bytes[end + 1] != 0)) {
            end += 2;
        }
        if (end + 2 + pathLength > bytes.length) {
            return Optional.empty();
        }
        String description = new String(bytes, SHORTEST, end - SHORTEST, StandardCharsets.UTF_16LE);
        byte[] path = new byte[pathLength];
        in.position(end + 2).get(path);
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return Optional.of(new LoadOption(attributes, description, path, rest));
    }

    /// Boots by a network interface: a MAC address is on the device path.
    boolean isNetwork() {
        return node(TYPE_MESSAGING, MESSAGING_MAC) >= 0;
    }

    /// Partition, of a hard drive on the device path; empty when there is none.
    String partition() {
        int at = node(TYPE_MEDIA, MEDIA_HARD_DRIVE);
        if (at < 0 || at + HARD_DRIVE_LENGTH > devicePath.length) {
            return "";
        }
        ByteBuffer in = ByteBuffer.wrap(devicePath).order(ByteOrder.LITTLE_ENDIAN).position(at + 24);
        long first = Integer.toUnsignedLong(in.getInt());
        int second = Short.toUnsignedInt(in.getShort());
        int third = Short.toUnsignedInt(in.getShort());
        return "%08x-%04x-%04x-%s-%s".formatted(first, second, third, HexFormat.of().formatHex(devicePath, at + 32, at + 34),
                HexFormat.of().formatHex(devicePath, at + 34, at + 40)).toLowerCase(Locale.ROOT);
    }

    private int node(int type, int subtype) {
        for (int at = 0; at + 4 <= devicePath.length;) {
            int length = Byte.toUnsignedInt(devicePath[at + 2]) | Byte.toUnsignedInt(devicePath[at + 3]) << 8;
            if (devicePath[at] == TYPE_END && devicePath[at + 1] == (byte) 0xff || length < 4) {
                return -1;
            }
            if (devicePath[at] == type && devicePath[at + 1] == subtype) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    private static byte[] guid(UUID uuid) {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putInt((int) (uuid.getMostSignificantBits() >>> 32))
                .putShort((short) (uuid.getMostSignificantBits() >>> 16)).putShort((short) uuid.getMostSignificantBits())
                .order(ByteOrder.BIG_ENDIAN).putLong(uuid.getLeastSignificantBits()).array();
    }

    private static byte[] utf16(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_16LE);
    }
}
