package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MdSuperblockTest {
    private static final int SIZE = (1 << 20) + 3 * 512; // an odd number of sectors: version 1.0 aligns

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {4096, 0, ((SIZE / 512 - 16) & ~7L) * 512})
    void it_is_found_where_each_version_has_it(long offset) throws Exception {
        Path device = device(offset, 1);
        assertThat(MdSuperblock.read(device)).contains(new MdSuperblock("00112233:44556677:8899aabb:ccddeeff", "any:root", 2));
    }

    @Test
    void what_is_no_superblock_is_none() throws Exception {
        assertThat(MdSuperblock.read(device(2048, 1))).as("elsewhere").isEmpty();
        assertThat(MdSuperblock.read(device(4096, 2))).as("a version from the future").isEmpty();
        assertThat(MdSuperblock.read(Files.write(folder.resolve("tiny"), new byte[100]))).isEmpty();
        assertThat(MdSuperblock.read(folder.resolve("gone"))).isEmpty();
    }

    /// Fields as in linux/raid/md_p.h, struct mdp_superblock_1.
    private Path device(long offset, int version) throws Exception {
        Path file = Files.write(folder.resolve("disk"), new byte[SIZE]);
        ByteBuffer block = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0xa92b4efc).putInt(4, version).putInt(72, 1).putInt(92, 2);
        block.put(16, HexFormat.of().parseHex("00112233445566778899aabbccddeeff"));
        block.put(32, "any:root".getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(block, offset);
        }
        return file;
    }
}
