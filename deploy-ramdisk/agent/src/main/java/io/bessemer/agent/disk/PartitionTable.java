package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.linux.Program;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A disk's partition table, as `sfdisk --json` tells it.
///
/// @param label       `gpt` or `dos`
/// @param lastByte    the last one that a partition may use
/// @param sectorBytes of the disk
public record PartitionTable(String label, long lastByte, int sectorBytes, List<Partition> partitions) {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGEST_SECTOR = 65_536;
    /// so that the end of a partition is a number too
    private static final long LARGEST_DISK = 1L << 62;
    private static final String ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
    private static final String BIOS_BOOT = "21686148-6449-6E6F-744E-656564454649";

    /// @param node   `/dev/sda1`
    /// @param number from 1
    /// @param start  byte offset in the disk
    /// @param length bytes
    /// @param type   GUID in upper case (GPT) or hex (DOS)
    /// @param uuid   of the partition, GPT only, else empty
    /// @param name   GPT only, else empty
    public record Partition(String node, int number, long start, long length, String type, String uuid, String name) {
        public long end() {
            return start + length;
        }

        public boolean isEsp() {
            return type.equals(ESP) || type.equals("EF");
        }

        public boolean isBiosBoot() {
            return type.equals(BIOS_BOOT);
        }
    }

    /// @throws CommandFailedException when there is no table, or a broken one
    public static PartitionTable read(Path disk) throws CommandFailedException, InterruptedException {
        try {
            String json = Program.run(TIMEOUT, "", List.of("sfdisk", "--json", disk.toString()));
            return decode(Json.object(json.getBytes(StandardCharsets.UTF_8)), disk);
        } catch (IOException | DecodeException e) {
            throw new CommandFailedException("the partition table of %s cannot be read: %s".formatted(disk, e.getMessage()), e);
        }
    }

    /// Moves the backup table of a GPT to the end of the disk: that of an image is where the image ends.
    static void moveBackupToEnd(Path disk) throws CommandFailedException, InterruptedException {
        change(disk, "", "--relocate", "gpt-bak-std");
    }

    static void delete(Path disk, Partition partition) throws CommandFailedException, InterruptedException {
        try {
            Program.run(TIMEOUT, "", List.of("sfdisk", "--force", "--no-reread", "--no-tell-kernel", "--delete", disk.toString(), Integer.toString(partition.number())));
        } catch (IOException e) {
            throw new CommandFailedException("cannot delete %s: %s".formatted(partition.node(), e.getMessage()), e);
        }
    }

    /// Adds a Linux partition.
    void append(Path disk, long start, long length, String name) throws CommandFailedException, InterruptedException {
        String line = "start=%d, size=%d, type=%s%s\n".formatted(start / sectorBytes, length / sectorBytes,
                label.equals("gpt") ? "0FC63DAF-8483-4772-8E79-3D69D8477DE4" : "83", label.equals("gpt") ? ", name=\"" + name + "\"" : "");
        change(disk, line, "--append", "--wipe", "never", "--wipe-partitions", "never");
    }

    /// The kernel is told by us, once, at the end.
    private static void change(Path disk, String input, String... options) throws CommandFailedException, InterruptedException {
        var command = new ArrayList<>(List.of("sfdisk", "--force", "--no-reread", "--no-tell-kernel"));
        command.addAll(List.of(options));
        command.add(disk.toString());
        try {
            Program.run(TIMEOUT, input, command);
        } catch (IOException e) {
            throw new CommandFailedException("the partition table of %s cannot be changed: %s".formatted(disk, e.getMessage()), e);
        }
    }

    static PartitionTable decode(Map<String, Object> json, Path disk) throws DecodeException {
        if (!(json.get("partitiontable") instanceof Map<?, ?> table)) {
            throw new DecodeException("partitiontable", "an object", json.get("partitiontable"));
        }
        int sector = table.get("sectorsize") instanceof Number number ? number.intValue() : 512;
        if (sector < 1 || sector > LARGEST_SECTOR) {
            throw new DecodeException("sectorsize", "1 to %d bytes".formatted(LARGEST_SECTOR), table.get("sectorsize"));
        }
        String label = String.valueOf(table.get("label"));
        var partitions = new ArrayList<Partition>();
        if (table.get("partitions") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> partition) {
                    String node = String.valueOf(partition.get("node"));
                    partitions.add(new Partition(node, number(node, disk), bytes(partition, "start", sector), bytes(partition, "size", sector),
                            text(partition, "type").toUpperCase(Locale.ROOT), text(partition, "uuid"), text(partition, "name")));
                }
            }
        }
        long last = table.get("lastlba") instanceof Number ? bytes(table, "lastlba", sector) + sector - 1 : Long.MAX_VALUE - 1;
        return new PartitionTable(label, last, sector, List.copyOf(partitions));
    }

    private static int number(String node, Path disk) throws DecodeException {
        String digits = node.startsWith(disk.toString()) ? node.substring(disk.toString().length()).replaceFirst("^p", "") : "";
        if (!digits.matches("\\d{1,4}")) {
            throw new DecodeException("node", "a partition of " + disk, node);
        }
        return Integer.parseInt(digits);
    }

    private static long bytes(Map<?, ?> partition, String name, int sector) throws DecodeException {
        if (partition.get(name) instanceof Number number && number.longValue() >= 0 && number.longValue() <= LARGEST_DISK / sector) {
            return number.longValue() * sector;
        }
        throw new DecodeException(name, "a number of sectors, of at most 2^62 bytes", partition.get(name));
    }

    private static String text(Map<?, ?> partition, String name) {
        return partition.get(name) instanceof String text ? text : "";
    }
}
