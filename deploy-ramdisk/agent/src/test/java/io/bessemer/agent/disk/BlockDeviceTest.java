package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockDeviceTest {
    private static final int SIZE = 64 * 1024;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{1} bytes from {0} of the buffer to {2} of the disk")
    @CsvSource({"0, 8192, 4096", "0, 512, 4096", "512, 4096, 4096", "0, 4096, 512", "1, 1, 1", "0, 0, 0"})
    void aligned_or_not_the_bytes_are_where_they_belong(int from, int length, int offset) throws Exception {
        byte[] expected = new byte[SIZE];
        new Random(3).nextBytes(expected);
        Path file = Files.write(folder.resolve("disk"), expected);
        ByteBuffer buffer = BlockDevice.buffer(SIZE);
        for (int i = 0; i < length; i++) {
            buffer.put(from + i, (byte) i);
            expected[offset + i] = (byte) i;
        }
        try (BlockDevice device = BlockDevice.open(file)) {
            device.write(buffer.limit(from + length).position(from), offset);
            assertThat(buffer.hasRemaining()).isFalse();
            device.flush();
            assertThat(device.read(0, SIZE)).isEqualTo(expected);
        }
        assertThat(file).hasBinaryContent(expected);
    }
}
