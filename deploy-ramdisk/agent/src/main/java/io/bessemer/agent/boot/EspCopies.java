package io.bessemer.agent.boot;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.BlockDevice;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.Disks;
import io.bessemer.agent.disk.PartitionTable;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Firmware reads no array of partitions. So the EFI system partition of the image, which lies in the array, is copied to one on each disk.
public final class EspCopies {
    private static final int BLOCK = 1 << 20;

    private EspCopies() {}

    /// The EFI system partitions beside the partitions that an array is made of; none for a disk, or for an array of whole disks, which any firmware can read.
    public static List<InstallBoot.Place> of(Sysfs sysfs, Disk array) throws CommandFailedException, InterruptedException {
        List<InstallBoot.Place> places = new ArrayList<>();
        List<String> members = Disks.members(sysfs, array);
        for (Disk disk : Disks.list(sysfs)) {
            if (Disks.partitions(sysfs, disk).stream().anyMatch(members::contains)) {
                PartitionTable table = PartitionTable.read(Path.of(disk.name()));
                table.partitions().stream().filter(PartitionTable.Partition::isEsp).findFirst().ifPresent(esp -> places.add(new InstallBoot.Place(esp, table.sectorBytes())));
            }
        }
        return places;
    }

    static void write(PartitionTable.Partition from, List<InstallBoot.Place> places) throws CommandFailedException, IOException {
        if (places.isEmpty()) {
            return;
        }
        try (BlockDevice source = BlockDevice.open(Path.of(from.node()))) {
            for (InstallBoot.Place place : places) {
                if (place.esp().length() < source.size()) {
                    throw new CommandFailedException("the image's EFI system partition has %d MiB, that on the disk, %s, only %d".formatted(
                            source.size() >> 20, place.esp().node(), place.esp().length() >> 20));
                }
                try (BlockDevice target = BlockDevice.open(Path.of(place.esp().node()))) {
                    for (long at = 0; at < source.size(); at += BLOCK) {
                        byte[] block = source.read(at, BLOCK);
                        target.write(block, block.length, at);
                    }
                    target.flush();
                }
            }
        }
    }
}
