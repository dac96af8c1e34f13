package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.program.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFormatTest {
    private static final int MIB = 1 << 20;
    /// without a cap on malloc's arenas every second conversion was aborted
    private static final int TIMES = 12;

    @TempDir
    private Path directory;

    @Test
    void a_compressed_qcow2_is_converted_within_its_memory_every_time() throws Exception {
        byte[] bytes = new byte[24 * MIB];
        byte[] block = new byte[4096];
        Random random = new Random(5);
        for (int at = 0; at < bytes.length; at += 2 * block.length) {
            random.nextBytes(block);
            System.arraycopy(block, 0, bytes, at, block.length);
        }
        Path raw = Files.write(directory.resolve("disk.raw"), bytes);
        Path qcow2 = directory.resolve("disk.qcow2");
        Command.of("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString()).run();
        assertThat(DiskFormat.rawBytes(qcow2, "disk")).isBetween(12L * MIB, 24L * MIB);
        for (int i = 0; i < TIMES; i++) {
            Path back = directory.resolve("back" + i);
            DiskFormat.convertQcow2(qcow2, back, "disk");
            assertThat(back).hasSameBinaryContentAs(raw);
            Files.delete(back);
        }
    }
}
