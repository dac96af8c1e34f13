package io.bessemer.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCallsTest {
    @TempDir
    private Path folder;

    @Test
    void a_hole_reads_as_zeros_and_the_rest_stays() throws Exception {
        Path file = folder.resolve("disk");
        byte[] data = new byte[3 * 4096];
        Arrays.fill(data, (byte) 7);
        Files.write(file, data);
        SystemCalls.punchHole(file, 4096, 4096);
        Arrays.fill(data, 4096, 8192, (byte) 0);
        assertThat(Files.readAllBytes(file)).isEqualTo(data);
    }

    @Test
    void a_failure_names_the_call_the_device_and_the_reason() throws Exception {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> SystemCalls.rereadPartitions(missing))
                .isInstanceOf(IOException.class).hasMessage("BLKRRPART " + missing + ": No such file or directory");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> SystemCalls.discard(file, 0, 512))
                .isInstanceOf(IOException.class).hasMessage("BLKDISCARD " + file + ": Inappropriate ioctl for device");
    }
}
