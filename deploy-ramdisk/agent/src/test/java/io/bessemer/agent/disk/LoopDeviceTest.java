package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.agent.linux.Program;
import io.bessemer.agent.linux.Sysfs;
import io.bessemer.agent.linux.SystemCalls;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plain file cannot show: a real block device with its ioctls.
@Tag("root")
class LoopDeviceTest {
    private static final long SIZE = 64 << 20;

    @TempDir
    private Path folder;
    private Path device;

    @BeforeEach
    void attach() throws Exception {
        Path file = folder.resolve("disk");
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(SIZE);
        }
        device = Path.of(run("", "losetup", "--partscan", "--find", "--show", file.toString()).strip());
    }

    @AfterEach
    void detach() throws Exception {
        run("", "losetup", "--detach", device.toString());
    }

    @Test
    void size_discard_zeroing_and_the_partition_table_work_on_a_block_device() throws Exception {
        try (BlockDevice disk = BlockDevice.open(device)) {
            assertThat(disk.size()).isEqualTo(SIZE);
            byte[] data = new byte[1 << 20];
            Arrays.fill(data, (byte) 5);
            disk.write(data, data.length, 8 << 20);
            disk.flush();
            assertThat(disk.clear(8 << 20, 1 << 20)).as("the device zeroes by itself").isTrue();
            assertThat(disk.read(8 << 20, data.length)).isEqualTo(new byte[data.length]);
            disk.write(BlockDevice.buffer(data.length).put(data).flip(), 8 << 20);
            assertThat(disk.read(8 << 20, data.length)).as("written past the page cache, which held zeros").isEqualTo(data);
            disk.discardAll();
            run("label: gpt\nstart=2048, size=20480, name=root\n", "sfdisk", "--no-reread", "--no-tell-kernel", device.toString());
            disk.rereadPartitions();
        }
        SystemCalls.sync();
        assertThat(PartitionTable.read(device).partitions()).singleElement().satisfies(
                partition -> assertThat(partition.node()).isEqualTo(device + "p1"));
        Disk disk = new Disk(device.toString(), "", SIZE, false, "", "", "", "", "", "", "", false, false);
        Wipe.metadata(Sysfs.MACHINE, List.of(disk), List.of(), (_, _, _, _) -> { });
        assertThat(run("", "wipefs", device.toString())).isEmpty();
        Wipe.all(List.of(disk), List.of(), (_, _, _, _) -> { });
    }

    @Test
    void a_file_system_is_mounted_and_unmounted() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        SystemCalls.mount("none", mount, "tmpfs", true);
        SystemCalls.unmount(mount);
    }

    private static String run(String input, String... command) throws Exception {
        return Program.run(Duration.ofSeconds(30), input, List.of(command));
    }
}
