package io.bessemer.agent.raid;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.RootDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Which array has which members, and how the disks are divided.
///
/// A mirror that has its disks alone takes them whole, with its superblock at the end (metadata 1.0): each disk then reads like the image that is written to the
/// array, and any firmware boots from any of them. Whatever else is wished for gets partitions, behind an EFI system partition for the loader.
///
/// @param tables by disk that is divided, its partitions in order
record RaidLayout(List<Array> arrays, Map<Disk, List<Part>> tables) {
    static final String ESP_NAME = "bessemer esp";
    static final String MEMBER_NAME = "bessemer raid";
    static final long ESP_BYTES = 512L << 20;

    private static final long MIB = 1L << 20;
    /// The first MiB and the last hold the partition table; the rest is a margin for a superblock, a bitmap and rounding.
    private static final long TABLE_BYTES = 2 * MIB;
    private static final long SUPERBLOCK_BYTES = 130 * MIB;
    private static final long WHOLE_SUPERBLOCK_BYTES = MIB;

    /// @param members     device names
    /// @param memberBytes that each gives; 0 for all that it has
    /// @param whole       members are whole disks
    record Array(LogicalDisk wish, List<String> members, long memberBytes, boolean whole) {
        /// 1.0 stands at the end of a member: what boots from a single one of them reads the array's data from its beginning.
        String metadata() {
            return wish.level() == RaidLevel.MIRROR ? "1.0" : "1.2";
        }
    }

    /// @param bytes 0 for the rest of the disk
    record Part(String name, boolean esp, long bytes) {}

    /// @param disks of the machine, that are free to use
    static RaidLayout of(List<LogicalDisk> wishes, List<Disk> disks, boolean uefi) throws CommandFailedException {
        List<List<Disk>> chosen = new ArrayList<>();
        for (int i = 0; i < wishes.size(); i++) {
            chosen.add(choose(wishes.get(i), disks, "logical_disks[%d]".formatted(i)));
        }
        Map<Disk, List<Integer>> users = new LinkedHashMap<>();
        IntStream.range(0, wishes.size()).forEach(i -> chosen.get(i).forEach(disk -> users.computeIfAbsent(disk, _ -> new ArrayList<>()).add(i)));
        Set<Integer> whole = IntStream.range(0, wishes.size())
                .filter(i -> wishes.get(i).level() == RaidLevel.MIRROR && chosen.get(i).stream().allMatch(disk -> users.get(disk).size() == 1))
                .boxed().collect(Collectors.toCollection(TreeSet::new));
        refuseUnbootable(wishes, whole, uefi);
        Map<Disk, List<Part>> tables = new LinkedHashMap<>();
        Map<Integer, List<String>> members = new LinkedHashMap<>();
        for (Map.Entry<Disk, List<Integer>> use : users.entrySet()) {
            if (use.getValue().stream().allMatch(whole::contains)) {
                members.computeIfAbsent(use.getValue().getFirst(), _ -> new ArrayList<>()).add(use.getKey().name());
                continue;
            }
            List<Part> parts = new ArrayList<>();
            if (uefi) {
                parts.add(new Part(ESP_NAME, true, ESP_BYTES));
            }
            for (int i : inOrder(use.getValue(), wishes)) {
                LogicalDisk wish = wishes.get(i);
                parts.add(new Part(MEMBER_NAME, false, wish.takesTheRest() ? 0 : memberBytes(wish, chosen.get(i).size()) + SUPERBLOCK_BYTES));
                members.computeIfAbsent(i, _ -> new ArrayList<>()).add(partition(use.getKey().name(), parts.size()));
            }
            fit(use.getKey(), parts);
            tables.put(use.getKey(), List.copyOf(parts));
        }
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; i < wishes.size(); i++) {
            long bytes = wishes.get(i).takesTheRest() ? 0 : memberBytes(wishes.get(i), chosen.get(i).size());
            if (whole.contains(i)) {
                for (Disk disk : chosen.get(i)) {
                    if (bytes + WHOLE_SUPERBLOCK_BYTES > disk.sizeBytes()) {
                        throw tooSmall(disk, bytes + WHOLE_SUPERBLOCK_BYTES);
                    }
                }
            }
            arrays.add(new Array(wishes.get(i), List.copyOf(members.get(i)), bytes, whole.contains(i)));
        }
        return new RaidLayout(List.copyOf(arrays), tables);
    }

    /// Of `/dev/sda` and 1: `/dev/sda1`; of `/dev/nvme0n1`: `/dev/nvme0n1p1`.
    static String partition(String disk, int number) {
        return disk + (Character.isDigit(disk.charAt(disk.length() - 1)) ? "p" : "") + number;
    }

    private static List<Disk> choose(LogicalDisk wish, List<Disk> disks, String where) throws CommandFailedException {
        List<Disk> fitting = disks.stream().filter(disk -> wish.rotational().map(spins -> spins == disk.rotational()).orElse(true)).toList();
        Set<Disk> chosen = new LinkedHashSet<>();
        for (Object one : wish.physical()) {
            Object hints = one instanceof String name ? Map.of("name", name.startsWith("/") ? name : "/dev/" + name) : one;
            chosen.add(RootDevice.matching(fitting, hints).stream().filter(disk -> !chosen.contains(disk)).findFirst().orElseThrow(
                    () -> new CommandFailedException("%s.physical_disks: no free disk matches %s.%s".formatted(where, hints, RootDevice.seen(disks)))));
        }
        if (chosen.isEmpty()) {
            chosen.addAll(wish.count() == 0 ? fitting : fitting.subList(0, Math.min(wish.count(), fitting.size())));
        }
        int needed = Math.max(wish.level().fewestDisks(), wish.count());
        if (chosen.size() < needed) {
            throw new CommandFailedException("%s: level %s on %d disks is wished for, there are %d to use.%s".formatted(where, wish.level().wire(), needed, chosen.size(), RootDevice.seen(disks)));
        }
        return List.copyOf(chosen);
    }

    /// A BIOS reads the loader from the first sectors of one disk.
    private static void refuseUnbootable(List<LogicalDisk> wishes, Set<Integer> whole, boolean uefi) throws CommandFailedException {
        for (int i = 0; i < wishes.size(); i++) {
            if (wishes.get(i).root() && !whole.contains(i) && !uefi) {
                throw new CommandFailedException(("logical_disks[%d] is the root volume, and this machine boots by BIOS, which can only start from a mirror (raid_level 1) that shares its "
                        + "disks with no other logical disk. Wish for one, name other physical_disks for the rest, or boot the machine by UEFI.").formatted(i));
            }
        }
    }

    /// The one that takes the rest comes last.
    private static List<Integer> inOrder(List<Integer> users, List<LogicalDisk> wishes) throws CommandFailedException {
        List<Integer> rest = users.stream().filter(i -> wishes.get(i).takesTheRest()).toList();
        if (rest.size() > 1) {
            throw new CommandFailedException("logical_disks %s share a disk and all have size_gb MAX: at most one can".formatted(rest));
        }
        List<Integer> order = new ArrayList<>(users.stream().filter(i -> !wishes.get(i).takesTheRest()).toList());
        order.addAll(rest);
        return order;
    }

    private static long memberBytes(LogicalDisk wish, int disks) {
        int data = wish.level().dataMembers(disks);
        long each = (wish.sizeBytes() + data - 1) / data;
        return (each + MIB - 1) / MIB * MIB;
    }

    private static void fit(Disk disk, List<Part> parts) throws CommandFailedException {
        long needed = TABLE_BYTES + parts.stream().mapToLong(part -> part.bytes() == 0 ? SUPERBLOCK_BYTES : part.bytes()).sum();
        if (needed > disk.sizeBytes()) {
            throw tooSmall(disk, needed);
        }
    }

    private static CommandFailedException tooSmall(Disk disk, long needed) {
        return new CommandFailedException("%s has %d MiB, the wished arrays need %d MiB of it: lower size_gb or name other physical_disks".formatted(disk.name(), disk.sizeBytes() / MIB, needed / MIB));
    }
}
