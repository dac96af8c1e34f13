package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// The command `write_config_drive`: an ISO 9660 image into a small partition at the end of the disk. cloud-init finds it by
/// the volume name `config-2` inside.
public final class ConfigDrive {
    private static final String NAME = "config-2";
    private static final long MIB = 1L << 20;
    private static final long USUAL_BYTES = 64 * MIB;
    private static final int BLOCK = (int) MIB;
    // ECMA-119 §8.4: the primary volume descriptor stands in sector 16 of 2048 bytes, the volume name at its byte 40
    private static final int DESCRIPTOR = 16 * 2048;

    private ConfigDrive() {}

    /// Safe to repeat: a config drive that is there is written over.
    public static Map<String, Object> write(Path disk, Path iso, ProgressSink progress) throws CommandFailedException, InterruptedException {
        try (BlockDevice device = BlockDevice.open(disk)) {
            long length = Files.size(iso);
            try (InputStream in = Files.newInputStream(iso)) {
                if (!isConfigDrive(in.readNBytes(DESCRIPTOR + 2048))) {
                    throw new CommandFailedException("the config drive of %d bytes is no ISO 9660 image with volume name %s".formatted(length, NAME));
                }
            }
            progress.at("partition", 0, length, "");
            PartitionTable.Partition partition = place(device, length);
            copy(iso, device, partition.start(), length, progress);
            device.flush();
            device.rereadPartitions();
            return Map.of("partition", partition.node(), "bytes", length);
        } catch (IOException e) {
            throw new CommandFailedException("writing the config drive to %s failed: %s".formatted(disk, e.getMessage()), e);
        }
    }

    private static PartitionTable.Partition place(BlockDevice device, long length) throws CommandFailedException, InterruptedException, IOException {
        Path disk = device.path();
        PartitionTable table = PartitionTable.read(disk);
        if (table.label().equals("gpt")) {
            PartitionTable.moveBackupToEnd(disk);
            table = PartitionTable.read(disk);
        }
        Optional<PartitionTable.Partition> old = find(device, table);
        if (old.isPresent() && old.get().length() >= length) {
            return old.get();
        }
        if (old.isPresent()) {
            PartitionTable.delete(disk, old.get());
            table = PartitionTable.read(disk);
        }
        add(device, table, length);
        long start = start(device, table, length);
        return PartitionTable.read(disk).partitions().stream().filter(partition -> partition.start() == start).findFirst()
                .orElseThrow(() -> new CommandFailedException("the config drive partition of %s is not there after it was added".formatted(disk)));
    }

    private static void add(BlockDevice device, PartitionTable table, long length) throws CommandFailedException, InterruptedException {
        long start = start(device, table, length);
        if (start < 0) {
            throw new CommandFailedException("%s has no room for a config drive of %d bytes after its last partition, which ends at byte %d of %d"
                    .formatted(device.path(), length, lastEnd(table), device.size()));
        }
        if (table.label().equals("dos") && table.partitions().stream().filter(partition -> partition.number() <= 4).count() == 4) {
            throw new CommandFailedException("the MBR of %s has four partitions: there is no entry left for a config drive".formatted(device.path()));
        }
        table.append(device.path(), start, size(device, table, length), NAME);
    }

    /// 64 MiB, so that a later one may be larger; where that is too much, what it needs.
    private static long size(BlockDevice device, PartitionTable table, long length) {
        long needed = (length + MIB - 1) / MIB * MIB;
        long usual = Math.max(needed, USUAL_BYTES);
        return startFor(device, table, usual) < 0 ? needed : usual;
    }

    private static long start(BlockDevice device, PartitionTable table, long length) {
        return startFor(device, table, size(device, table, length));
    }

    /// @return -1 when there is no room
    private static long startFor(BlockDevice device, PartitionTable table, long size) {
        long end = Math.min(table.lastByte() + 1, device.size());
        if (table.label().equals("dos")) {
            end = Math.min(end, (1L << 32) * table.sectorBytes());
        }
        long start = (end - size) / MIB * MIB;
        return start < Math.max(MIB, lastEnd(table)) ? -1 : start;
    }

    private static long lastEnd(PartitionTable table) {
        return table.partitions().stream().mapToLong(PartitionTable.Partition::end).max().orElse(0);
    }

    private static Optional<PartitionTable.Partition> find(BlockDevice device, PartitionTable table) throws IOException {
        for (PartitionTable.Partition partition : table.partitions()) {
            if (partition.name().equals(NAME) || isConfigDrive(device.read(partition.start(), (int) Math.min(DESCRIPTOR + 2048, partition.length())))) {
                return Optional.of(partition);
            }
        }
        return Optional.empty();
    }

    private static boolean isConfigDrive(byte[] head) {
        if (head.length < DESCRIPTOR + 72) {
            return false;
        }
        String magic = new String(head, DESCRIPTOR + 1, 5, StandardCharsets.US_ASCII);
        return magic.equals("CD001") && new String(head, DESCRIPTOR + 40, 32, StandardCharsets.US_ASCII).strip().equalsIgnoreCase(NAME);
    }

    private static void copy(Path iso, BlockDevice device, long start, long length, ProgressSink progress) throws IOException {
        try (InputStream in = Files.newInputStream(iso)) {
            long done = 0;
            for (byte[] block = in.readNBytes(BLOCK); block.length > 0; block = in.readNBytes(BLOCK)) {
                device.write(block, block.length, start + done);
                done += block.length;
                progress.at("write", done, length, "");
            }
        }
        if (!Arrays.equals(Files.readAllBytes(iso), device.read(start, (int) length))) {
            throw new IOException("what was read back differs");
        }
    }
}
