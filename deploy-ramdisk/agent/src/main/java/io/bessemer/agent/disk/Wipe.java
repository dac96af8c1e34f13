package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.linux.SystemCalls;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The commands `erase_metadata`, `erase` and `erase_express`, on every internal disk.
public final class Wipe {
    private static final long MIB = 1L << 20;
    private static final long STEP = 1L << 30;
    private static final long WRITE_STEP = 16 * MIB;
    private static final int SECTOR = 512;
    private static final String WRITTEN = "zeros written";

    private Wipe() {}

    /// Zeroes the first and last MiB of each disk and of each partition: MBR, GPT and its backup, superblocks of file
    /// systems, LVM, ZFS and RAID (whose old ones stand at the end).
    ///
    /// @param beside partitions that belong to none of the disks
    public static Map<String, Object> metadata(Sysfs sysfs, List<Disk> disks, List<Path> beside, ProgressSink progress)
            throws CommandFailedException, InterruptedException {
        for (Path partition : beside) {
            try (BlockDevice device = BlockDevice.open(partition)) {
                ends(device);
                device.flush();
            } catch (IOException e) {
                throw new CommandFailedException("wiping %s failed: %s".formatted(partition, e.getMessage()), e);
            }
        }
        List<String> names = disks.stream().filter(Disk::internal).map(Disk::name).toList();
        for (int i = 0; i < names.size(); i++) {
            progress.at("wipe", i, names.size(), names.get(i));
            Path disk = Path.of(names.get(i));
            try (BlockDevice device = BlockDevice.open(disk)) {
                for (Range partition : partitions(sysfs, disk)) {
                    zeroEnds(device, partition);
                }
                ends(device);
                device.flush();
                device.rereadPartitions();
            } catch (IOException e) {
                throw new CommandFailedException("wiping %s failed: %s".formatted(disk, e.getMessage()), e);
            }
        }
        return Map.of("devices", names);
    }

    /// Makes every block unreadable: by a secure discard, else by zeros that the device promises, else by writing zeros.
    ///
    /// @param beside partitions that belong to none of the disks
    public static Map<String, Object> all(List<Disk> disks, List<Path> beside, ProgressSink progress) throws CommandFailedException, InterruptedException {
        for (Path partition : beside) {
            try (BlockDevice device = BlockDevice.open(partition)) {
                device.zero(0, device.size());
                device.flush();
            } catch (IOException e) {
                throw new CommandFailedException("erasing %s failed: %s".formatted(partition, e.getMessage()), e);
            }
        }
        List<Disk> internal = disks.stream().filter(Disk::internal).toList();
        long total = internal.stream().mapToLong(Disk::sizeBytes).sum();
        long before = 0;
        for (Disk disk : internal) {
            Path path = Path.of(disk.name());
            try (BlockDevice device = BlockDevice.open(path)) {
                String way = "";
                for (long at = 0; at < device.size();) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    long length = Math.min(way.equals(WRITTEN) ? WRITE_STEP : STEP, device.size() - at);
                    if (way.isEmpty()) {
                        way = way(device, path, length);
                    }
                    switch (way) {
                        case "secure discard" -> SystemCalls.discardSecurely(path, at, length);
                        case "zeroed by the device" -> SystemCalls.punchHole(path, at, length);
                        default -> {
                            length = Math.min(length, WRITE_STEP);
                            device.zero(at, length);
                        }
                    }
                    at += length;
                    progress.at("erase", before + at, total, disk.name() + ", " + way);
                }
                device.flush();
                device.rereadPartitions();
                before += device.size();
            } catch (IOException e) {
                throw new CommandFailedException("erasing %s failed: %s".formatted(disk.name(), e.getMessage()), e);
            }
        }
        return Map.of("devices", internal.stream().map(Disk::name).toList());
    }

    /// Every block where the disk does it by itself within moments, and the metadata of the others. Rotating disks are not asked.
    public static Map<String, Object> express(Sysfs sysfs, List<Disk> disks, List<Path> beside, ProgressSink progress) throws CommandFailedException, InterruptedException {
        List<String> erased = new ArrayList<>();
        for (Disk disk : disks.stream().filter(Disk::internal).filter(disk -> !disk.rotational()).toList()) {
            progress.at("erase", erased.size(), disks.size(), disk.name());
            try (BlockDevice device = BlockDevice.open(Path.of(disk.name()))) {
                if (!way(device, device.path(), Math.min(STEP, device.size())).equals(WRITTEN)) {
                    all(List.of(disk), List.of(), progress);
                    erased.add(disk.name());
                }
            } catch (IOException e) {
                throw new CommandFailedException("erasing %s failed: %s".formatted(disk.name(), e.getMessage()), e);
            }
        }
        List<Disk> others = disks.stream().filter(disk -> !erased.contains(disk.name())).toList();
        return Map.of("erased", erased, "metadata", metadata(sysfs, others, beside, progress).get("devices"));
    }

    private static String way(BlockDevice device, Path path, long length) {
        if (!Files.isRegularFile(path)) {
            try {
                SystemCalls.discardSecurely(path, 0, length);
                return "secure discard";
            } catch (IOException e) {
                // few disks can
            }
        }
        return device.punch(0, length) ? "zeroed by the device" : WRITTEN;
    }

    /// Zeroes the first and the last MiB.
    public static void ends(BlockDevice device) throws IOException {
        zeroEnds(device, new Range(0, device.size()));
    }

    private static void zeroEnds(BlockDevice device, Range range) throws IOException {
        long end = Math.min(range.start() + range.length(), device.size());
        if (range.start() >= end) {
            return;
        }
        long head = Math.min(MIB, end - range.start());
        device.zero(range.start(), head);
        long tail = Math.max(range.start() + head, end - MIB);
        device.zero(tail, end - tail);
    }

    /// As the kernel saw them; a table that it could not read has no partitions worth the care.
    private static List<Range> partitions(Sysfs sysfs, Path disk) {
        String block = "/sys/block/" + disk.getFileName();
        return sysfs.names(block).stream().map(name -> block + "/" + name).filter(folder -> sysfs.exists(folder + "/partition"))
                .map(folder -> new Range(number(sysfs.text(folder + "/start")) * SECTOR, number(sysfs.text(folder + "/size")) * SECTOR)).toList();
    }

    private static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    private record Range(long start, long length) {}
}
