package io.bessemer.agent.raid;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.disk.BlockDevice;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.Disks;
import io.bessemer.agent.disk.MdSuperblock;
import io.bessemer.agent.disk.Wipe;
import io.bessemer.agent.linux.Program;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The commands `raid_create` and `raid_delete`, and the assembly of arrays before any other.
///
/// Each may be repeated from its beginning, whatever a former run left: what is not named as the node's own array is taken for a leftover.
public final class SoftwareRaid {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration MODULES_LIMIT = Duration.ofSeconds(30);
    private static final long GIB = 1L << 30;
    private static final long KIB = 1L << 10;

    private final Sysfs sysfs;

    public SoftwareRaid(Sysfs sysfs) {
        this.sysfs = sysfs;
    }

    /// The node's own arrays, under the names that they were made with.
    ///
    /// @param params of any command; without `arrays` there is nothing to do
    public void assemble(Map<String, Object> params) throws CommandFailedException, InterruptedException {
        List<Recorded> recorded = Recorded.listOf(params.get("arrays"));
        Set<String> there = Disks.arrays(sysfs).stream().map(Disk::serial).collect(Collectors.toSet());
        for (Recorded array : recorded) {
            if (there.contains(array.uuid())) {
                continue;
            }
            requireMdadm();
            modules();
            List<String> members = memberDevices(array.uuid());
            if (members.isEmpty()) {
                throw new CommandFailedException(("no disk belongs to the array %s (%s) of the node's raid_config any more. Make it anew by the step raid.create_configuration, or forget it by "
                        + "raid.delete_configuration.").formatted(array.device(), array.uuid()));
            }
            List<String> command = new ArrayList<>(List.of("mdadm", "--assemble", "--run", "--uuid=" + array.uuid(), array.device()));
            command.addAll(members);
            run(command);
        }
    }

    /// @param uefi how this machine booted
    public Map<String, Object> create(Map<String, Object> params, boolean uefi, ProgressSink progress) throws CommandFailedException, InterruptedException {
        List<LogicalDisk> wishes = LogicalDisk.listOf(params.get("logical_disks"));
        requireMdadm();
        modules();
        boolean keep = Boolean.FALSE.equals(params.get("delete_existing"));
        List<Recorded> kept = keep ? Recorded.listOf(params.get("arrays")) : List.of();
        Set<String> keptIds = kept.stream().map(Recorded::uuid).collect(Collectors.toSet());
        progress.at("layout", 0, wishes.size(), "");
        stopArrays(keptIds);
        RaidLayout layout = RaidLayout.of(wishes, free(keptIds), uefi); // fails before anything is written
        Set<String> used = new LinkedHashSet<>();
        layout.arrays().stream().filter(RaidLayout.Array::whole).forEach(array -> used.addAll(array.members()));
        layout.tables().keySet().forEach(disk -> used.add(disk.name()));
        for (Disk disk : physical()) {
            boolean wiped = used.contains(disk.name()) || !keep && belongsToRaid(disk);
            if (wiped) {
                wipe(disk);
            }
        }
        for (Map.Entry<Disk, List<RaidLayout.Part>> table : layout.tables().entrySet()) {
            divide(table.getKey(), table.getValue());
        }
        List<Map<String, Object>> made = new ArrayList<>(kept.stream().map(Recorded::wish).toList());
        int number = 0;
        for (RaidLayout.Array array : layout.arrays()) {
            while (taken(kept, "/dev/md" + number)) {
                number++;
            }
            progress.at("create", made.size() - kept.size(), wishes.size(), "level %s on %s".formatted(array.wish().level().wire(), String.join(", ", array.members())));
            made.add(create(array, "/dev/md" + number));
            number++;
        }
        return Map.of("logical_disks", made);
    }

    /// Ends every array, and wipes whatever was part of one.
    public Map<String, Object> delete(ProgressSink progress) throws CommandFailedException, InterruptedException {
        stopArrays(Set.of());
        List<String> wiped = new ArrayList<>();
        List<Disk> disks = physical().stream().filter(this::belongsToRaid).toList();
        for (Disk disk : disks) {
            progress.at("wipe", wiped.size(), disks.size(), disk.name());
            wipe(disk);
            wiped.add(disk.name());
        }
        return Map.of("devices", wiped);
    }

    private Map<String, Object> create(RaidLayout.Array array, String device) throws CommandFailedException, InterruptedException {
        LogicalDisk wish = array.wish();
        String name = wish.name().isEmpty() ? device.substring("/dev/md".length()) : wish.name();
        // homehost any: the system that is written to it shall take it for its own
        List<String> command = new ArrayList<>(List.of("mdadm", "--create", device, "--run", "--homehost=any", "--name=" + name, "--metadata=" + array.metadata(),
                "--level=" + wish.level().mdadm(), "--raid-devices=" + array.members().size()));
        if (array.memberBytes() > 0 && wish.level() != RaidLevel.STRIPES) {
            command.add("--size=" + array.memberBytes() / KIB);
        }
        command.addAll(array.members());
        run(command);
        Disk made = Disks.arrays(sysfs).stream().filter(disk -> disk.name().equals(device)).findFirst()
                .orElseThrow(() -> new CommandFailedException("%s is not there after mdadm made it".formatted(device)));
        Map<String, Object> report = new LinkedHashMap<>(wish.wish());
        report.put("controller", "software");
        report.put("size_gb", made.sizeBytes() / GIB);
        report.put("is_root_volume", wish.root());
        report.put("device", device);
        report.put("uuid", made.serial());
        report.put("members", array.members());
        report.put("root_device_hint", Map.of("serial", made.serial()));
        return report;
    }

    private static boolean taken(List<Recorded> kept, String device) {
        return kept.stream().anyMatch(array -> array.device().equals(device));
    }

    private List<Disk> physical() {
        return Disks.list(sysfs).stream().filter(Disk::internal).toList();
    }

    /// Disks that no array of these is made of.
    private List<Disk> free(Set<String> keptIds) {
        return physical().stream().filter(disk -> superblocks(disk).stream().noneMatch(found -> keptIds.contains(found.uuid()))).toList();
    }

    private boolean belongsToRaid(Disk disk) {
        return !superblocks(disk).isEmpty();
    }

    private List<MdSuperblock> superblocks(Disk disk) {
        return devices(disk).stream().map(device -> MdSuperblock.read(Path.of(device))).flatMap(Optional::stream).toList();
    }

    private List<String> devices(Disk disk) {
        List<String> devices = new ArrayList<>(List.of(disk.name()));
        devices.addAll(Disks.partitions(sysfs, disk));
        return devices;
    }

    /// Of a mirror of whole disks, the disk; its partitions, which are the array's own, have no superblock.
    private List<String> memberDevices(String uuid) {
        return physical().stream().flatMap(disk -> devices(disk).stream())
                .filter(device -> MdSuperblock.read(Path.of(device)).filter(found -> found.uuid().equals(uuid)).isPresent()).toList();
    }

    private void stopArrays(Set<String> but) throws CommandFailedException, InterruptedException {
        for (Disk array : Disks.arrays(sysfs)) {
            if (!but.contains(array.serial())) {
                run(List.of("mdadm", "--stop", array.name()));
            }
        }
    }

    private void wipe(Disk disk) throws CommandFailedException, InterruptedException {
        Wipe.metadata(sysfs, List.of(disk), List.of(), (_, _, _, _) -> { });
    }

    private void divide(Disk disk, List<RaidLayout.Part> parts) throws CommandFailedException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sgdisk", "--clear", "--set-alignment=2048"));
        for (int i = 0; i < parts.size(); i++) {
            RaidLayout.Part part = parts.get(i);
            command.add("--new=%d:0:%s".formatted(i + 1, part.bytes() == 0 ? "0" : "+" + part.bytes() / KIB + "K"));
            command.add("--typecode=%d:%s".formatted(i + 1, part.esp() ? "ef00" : "fd00"));
            command.add("--change-name=%d:%s".formatted(i + 1, part.name()));
        }
        command.add(disk.name());
        run(command);
        try (BlockDevice device = BlockDevice.open(Path.of(disk.name()))) {
            device.rereadPartitions();
        } catch (IOException e) {
            throw new CommandFailedException("the kernel does not take the new partitions of %s: %s".formatted(disk.name(), e.getMessage()), e);
        }
        wipe(disk, parts.size());
    }

    /// What stood on the disk before may look like a file system or a superblock where a partition begins or ends now.
    private void wipe(Disk disk, int parts) throws CommandFailedException, InterruptedException {
        for (int i = 1; i <= parts; i++) {
            Path partition = Path.of(RaidLayout.partition(disk.name(), i));
            try (BlockDevice device = BlockDevice.open(partition)) {
                Wipe.ends(device);
                device.flush();
            } catch (IOException e) {
                throw new CommandFailedException("wiping %s failed: %s".formatted(partition, e.getMessage()), e);
            }
        }
    }

    private void requireMdadm() throws CommandFailedException {
        for (String program : List.of("mdadm", "sgdisk")) {
            if (!Program.exists(program)) {
                throw new CommandFailedException("this ramdisk has no %s: install the package where it is built (%s), and build it again (./bessemer ramdisk build)"
                        .formatted(program, program.equals("mdadm") ? "mdadm" : "gdisk"));
            }
        }
    }

    /// md loads a level by itself through modprobe, but only when md is there. What is built in, or has no such level, is not missed here: mdadm will say.
    private static void modules() throws InterruptedException {
        try {
            Program.run(MODULES_LIMIT, "", List.of("modprobe", "-a", "-q", "md-mod", "raid0", "raid1", "raid10", "raid456"));
        } catch (IOException e) {
            // busybox ends with 1 when any of them is built in
        }
    }

    private static void run(List<String> command) throws CommandFailedException, InterruptedException {
        try {
            Program.run(LIMIT, "", command);
        } catch (IOException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    /// An array that the node has by its `raid_config`.
    private record Recorded(String uuid, String device, Map<String, Object> wish) {
        static List<Recorded> listOf(Object given) throws CommandFailedException {
            List<Recorded> arrays = new ArrayList<>();
            if (!(given instanceof List<?> list)) {
                return arrays;
            }
            for (Object one : list) {
                if (!(one instanceof Map<?, ?> map && map.get("uuid") instanceof String uuid && uuid.matches("[0-9a-f]{8}(:[0-9a-f]{8}){3}")
                        && map.get("device") instanceof String device && device.matches("/dev/md\\d{1,4}"))) {
                    throw new CommandFailedException("arrays must be objects with the uuid and device of an md array, but one is " + one);
                }
                Map<String, Object> wish = new LinkedHashMap<>();
                map.forEach((key, value) -> wish.put(String.valueOf(key), value));
                arrays.add(new Recorded(uuid, device, wish));
            }
            return arrays;
        }
    }
}
