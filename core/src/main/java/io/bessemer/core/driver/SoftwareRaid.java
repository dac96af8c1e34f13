package io.bessemer.core.driver;

import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `raid_interface: agent`, for any hardware type: arrays of the kernel's md driver, which the ramdisk makes with mdadm.
public final class SoftwareRaid implements RaidInterface {
    /// as the type lists it for `raid`
    public static final String NAME = "agent";

    private static final List<String> LEVELS = List.of("0", "1", "5", "6", "1+0");
    private static final int MOST_DISKS = 16;
    private static final int LONGEST_NAME = 32;

    @Override
    public Map<String, String> logicalDiskProperties() {
        Map<String, String> texts = new LinkedHashMap<>(LogicalDisks.PROPERTIES);
        texts.put("raid_level", "0, 1, 5, 6 or 1+0. Required.");
        texts.put("controller", "software. Optional, but needed with physical_disks.");
        texts.put("volume_name", "Name in the array's superblock, at most 32 letters, digits, '_', '-', '.'. Optional.");
        texts.put("number_of_physical_disks", "How many physical disks to use; all that fit when absent. Optional.");
        texts.put("physical_disks", "For each physical disk its name or an object of root device hints, as in {\"size\": \"> 100\"}; all that fit when absent. Needs controller. Optional.");
        texts.put("is_root_volume", "Whether the system is written to this disk; at most one may. True for an only one, else false by default. Optional.");
        texts.remove("interface_type");
        return texts;
    }

    @Override
    public void check(Map<String, Object> target) {
        LogicalDisks.check(target);
        if (!(target.get("logical_disks") instanceof List<?> disks)) {
            return; // the wish is taken back
        }
        if (disks.size() > MOST_DISKS) {
            throw new Failure.Invalid("logical_disks", "has %d logical disks, software RAID takes %d.".formatted(disks.size(), MOST_DISKS));
        }
        for (int i = 0; i < disks.size(); i++) {
            Map<?, ?> disk = (Map<?, ?>) disks.get(i);
            String path = "logical_disks/" + i + "/";
            if (!LEVELS.contains(disk.get("raid_level"))) {
                throw new Failure.Invalid(path + "raid_level", "'%s' is not a level of software RAID: %s.".formatted(disk.get("raid_level"), String.join(", ", LEVELS)));
            }
            if (Integer.valueOf(0).equals(disk.get("size_gb"))) {
                throw new Failure.Invalid(path + "size_gb", "is 0. Say how many GiB, or \"MAX\" for all that is left.");
            }
            if (disk.get("controller") != null && !"software".equals(disk.get("controller"))) {
                throw new Failure.Invalid(path + "controller", "'%s' is not software, which is what raid_interface 'agent' makes. Another needs its own raid_interface."
                        .formatted(disk.get("controller")));
            }
            if (disk.get("interface_type") != null) {
                throw new Failure.Invalid(path + "interface_type", "is not looked at by software RAID. Name disks by physical_disks.");
            }
            if (disk.get("volume_name") instanceof String name && !name.matches("[0-9A-Za-z_.-]{1,%d}".formatted(LONGEST_NAME))) {
                throw new Failure.Invalid(path + "volume_name", "'%s' is not 1 to %d letters, digits, '_', '-', '.'.".formatted(name, LONGEST_NAME));
            }
        }
    }
}
