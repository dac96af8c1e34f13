package io.bessemer.agent.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;

/// Who an array is, as each of its members has it written down: the version-1 superblock of md (linux/raid/md_p.h). Version 0.90, which nothing has made
/// since 2009, is not read.
///
/// @param uuid    of the array, as mdadm writes it: four groups of eight hex digits with colons between
/// @param name    of the array, with the host that made it in front, if one is named
/// @param members of the array, when it is complete
public record MdSuperblock(String uuid, String name, int members) {
    private static final int MAGIC = 0xa92b4efc;
    private static final int LENGTH = 256;
    private static final int SECTOR = 512;

    /// Empty when the device has none, or cannot be read.
    public static Optional<MdSuperblock> read(Path device) {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            for (long offset : offsets(channel.size())) {
                Optional<MdSuperblock> found = decode(channel, offset);
                if (found.isPresent()) {
                    return found;
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /// Of versions 1.2, 1.1 and 1.0; the last stands 8 to 12 KiB before the end, at a multiple of 4 KiB.
    private static long[] offsets(long size) {
        return new long[] {8L * SECTOR, 0, (size / SECTOR - 16 & ~7L) * SECTOR};
    }

    private static Optional<MdSuperblock> decode(FileChannel channel, long offset) throws IOException {
        if (offset < 0) {
            return Optional.empty();
        }
        ByteBuffer block = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining() && channel.read(block, offset + block.position()) > 0) { }
        if (block.hasRemaining() || block.getInt(0) != MAGIC || block.getInt(4) != 1) {
            return Optional.empty();
        }
        String hex = HexFormat.of().formatHex(block.array(), 16, 32);
        String uuid = "%s:%s:%s:%s".formatted(hex.substring(0, 8), hex.substring(8, 16), hex.substring(16, 24), hex.substring(24));
        String name = new String(block.array(), 32, 32, StandardCharsets.UTF_8).replace("\0", "");
        return Optional.of(new MdSuperblock(uuid, name, block.getInt(92)));
    }
}
