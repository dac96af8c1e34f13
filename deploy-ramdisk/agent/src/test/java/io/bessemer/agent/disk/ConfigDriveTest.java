package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.linux.Program;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a file that stands for the disk, with tables that sfdisk makes and sgdisk checks, and an ISO that genisoimage makes.
class ConfigDriveTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;
    private Path disk;

    @BeforeEach
    void emptyDisk() throws IOException {
        disk = folder.resolve("disk");
        size(disk, 32 * MIB);
    }

    @Test
    void a_partition_at_the_end_of_a_larger_disk_holds_it_and_the_gpt_stays_sound() throws Exception {
        run("label: gpt\nstart=2048, size=20480, name=root\n", "sfdisk", disk.toString());
        size(disk, 512 * MIB); // the image's backup table is now in the middle
        Path iso = iso("one", 10);
        Map<String, Object> result = ConfigDrive.write(disk, iso, (_, _, _, _) -> { });
        assertThat(result).containsEntry("partition", disk + "2");
        PartitionTable table = PartitionTable.read(disk);
        assertThat(table.partitions()).extracting(PartitionTable.Partition::name).containsExactly("root", "config-2");
        PartitionTable.Partition partition = table.partitions().get(1);
        assertThat(partition.length()).isEqualTo(64 * MIB);
        assertThat(partition.end()).isBetween(510 * MIB, 512 * MIB);
        assertHolds(partition, iso);
        assertThat(run("", "sgdisk", "--verify", disk.toString())).contains("No problems found");
    }

    @Test
    void a_second_one_is_written_over_the_first() throws Exception {
        run("label: gpt\nstart=2048, size=20480, name=root\n", "sfdisk", disk.toString());
        ConfigDrive.write(disk, iso("one", 10), (_, _, _, _) -> { });
        PartitionTable before = PartitionTable.read(disk);
        Path second = iso("two", 20_000);
        ConfigDrive.write(disk, second, (_, _, _, _) -> { });
        assertThat(PartitionTable.read(disk)).isEqualTo(before);
        assertHolds(before.partitions().get(1), second);
    }

    @Test
    void one_that_outgrew_its_partition_gets_a_larger_one() throws Exception {
        run("label: gpt\nstart=2048, size=20480, name=root\n", "sfdisk", disk.toString());
        ConfigDrive.write(disk, iso("one", 10), (_, _, _, _) -> { }); // 64 MiB do not fit: it is as small as may be
        Path large = iso("two", 5_000_000);
        ConfigDrive.write(disk, large, (_, _, _, _) -> { });
        PartitionTable table = PartitionTable.read(disk);
        assertThat(table.partitions()).hasSize(2);
        assertHolds(table.partitions().get(1), large);
        assertThat(run("", "sgdisk", "--verify", disk.toString())).contains("No problems found");
    }

    @Test
    void an_mbr_gets_a_partition_too_and_is_found_again_by_the_volume_name() throws Exception {
        run("label: dos\nstart=2048, size=20480, type=83, bootable\n", "sfdisk", disk.toString());
        size(disk, 256 * MIB);
        ConfigDrive.write(disk, iso("one", 10), (_, _, _, _) -> { });
        Path iso = iso("two", 10);
        ConfigDrive.write(disk, iso, (_, _, _, _) -> { });
        PartitionTable table = PartitionTable.read(disk);
        assertThat(table.partitions()).hasSize(2);
        assertHolds(table.partitions().get(1), iso);
    }

    @Test
    void no_room_no_table_and_no_iso_are_said() throws Exception {
        Path iso = iso("one", 10);
        assertThatThrownBy(() -> ConfigDrive.write(disk, iso, (_, _, _, _) -> { })).hasMessageContaining("the partition table of " + disk + " cannot be read");
        run("label: gpt\nstart=2048, size=63400\n", "sfdisk", disk.toString());
        assertThatThrownBy(() -> ConfigDrive.write(disk, iso, (_, _, _, _) -> { })).hasMessageContaining("has no room for a config drive");
        assertThatThrownBy(() -> ConfigDrive.write(disk, Files.write(folder.resolve("text"), new byte[99]), (_, _, _, _) -> { }))
                .hasMessage("the config drive of 99 bytes is no ISO 9660 image with volume name config-2");
    }

    @Test
    void wiping_leaves_nothing_that_sfdisk_or_blkid_would_find() throws Exception {
        run("label: gpt\nstart=2048, size=20480, name=root\n", "sfdisk", disk.toString());
        Disk wiped = new Disk(disk.toString(), "", 32 * MIB, false, "", "", "", "", "", "", "", false, false);
        Disk stick = new Disk("/dev/null/stick", "", 32 * MIB, false, "", "", "", "", "", "", "", true, true);
        assertThat(Wipe.metadata(new Sysfs(folder), List.of(wiped, stick), List.of(), (_, _, _, _) -> { }))
                .isEqualTo(Map.of("devices", List.of(disk.toString())));
        assertThat(run("", "wipefs", disk.toString())).isEmpty();
        assertThatThrownBy(() -> PartitionTable.read(disk)).hasMessageContaining("cannot be read");
    }

    @Test
    void erasing_leaves_only_zeros() throws Exception {
        byte[] data = new byte[(int) (32 * MIB)];
        Arrays.fill(data, (byte) 7);
        Files.write(disk, data);
        Wipe.all(List.of(new Disk(disk.toString(), "", 32 * MIB, false, "", "", "", "", "", "", "", false, false)), List.of(), (_, _, _, _) -> { });
        assertThat(Arrays.mismatch(Files.readAllBytes(disk), new byte[data.length])).isEqualTo(-1);
    }

    private void assertHolds(PartitionTable.Partition partition, Path iso) throws IOException {
        byte[] expected = Files.readAllBytes(iso);
        try (BlockDevice device = BlockDevice.open(disk)) {
            assertThat(Arrays.equals(device.read(partition.start(), expected.length), expected)).isTrue();
        }
    }

    private Path iso(String text, int bytes) throws Exception {
        Path content = Files.createDirectories(folder.resolve(text));
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) text.charAt(0));
        Files.write(content.resolve("user_data"), data);
        Path iso = folder.resolve(text + ".iso");
        run("", "genisoimage", "-quiet", "-J", "-r", "-V", "config-2", "-o", iso.toString(), content.toString());
        return iso;
    }

    private static void size(Path file, long bytes) throws IOException {
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(bytes);
        }
    }

    private static String run(String input, String... command) throws Exception {
        return Program.run(Duration.ofSeconds(30), input, List.of(command));
    }
}
