package io.bessemer.core.driver;

import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Ironic's `target_raid_config`: `{"logical_disks": [{"raid_level": "1", "size_gb": 100}, ...]}`, by the rules of its
/// `raid_config_schema.json`.
public final class LogicalDisks {
    /// By member of a logical disk, what it means.
    public static final Map<String, String> PROPERTIES = properties();

    private static final List<String> LEVELS = List.of("JBOD", "0", "1", "2", "5", "6", "1+0", "5+0", "6+0");
    private static final List<String> DISK_TYPES = List.of("hdd", "ssd");
    private static final List<String> INTERFACE_TYPES = List.of("sata", "scsi", "sas");
    /// more than any controller takes; it keeps a body of a megabyte out of the database
    private static final int MOST_DISKS = 256;
    private static final int LONGEST_TEXT = 255;

    private LogicalDisks() {
    }

    private static Map<String, String> properties() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("raid_level", "JBOD, 0, 1, 2, 5, 6, 1+0, 5+0 or 6+0. Required.");
        texts.put("size_gb", "Size in GiB, a whole number, or MAX for the room that is left. Required.");
        texts.put("volume_name", "Name of the volume; made up when absent. Optional.");
        texts.put("is_root_volume", "Whether the system is written to this disk; at most one may. False by default. Optional.");
        texts.put("share_physical_disks", "Whether other logical disks may use its physical disks. False by default. Optional.");
        texts.put("disk_type", "hdd or ssd; any when absent. Optional.");
        texts.put("interface_type", "sata, scsi or sas; any when absent. Optional.");
        texts.put("number_of_physical_disks", "How many physical disks to use; the fewest that the level needs when absent. Optional.");
        texts.put("controller", "Which controller to use; one that fits when absent. Optional.");
        texts.put("physical_disks", "Names of the physical disks to use, or at least two sets of hints for them; needs controller. Optional.");
        return texts;
    }

    /// @param target empty takes the wish back
    /// @throws Failure.Invalid that names the member, what was found and what is allowed
    public static void check(Map<String, Object> target) {
        if (target.isEmpty()) {
            return;
        }
        refuseUnknown(target.keySet(), Set.of("logical_disks"), "target_raid_config");
        if (!(target.get("logical_disks") instanceof List<?> disks) || disks.isEmpty() || disks.size() > MOST_DISKS) {
            throw new Failure.Invalid("logical_disks", "must be a list of 1 to %d logical disks, or the whole body {} to take the wish back.".formatted(MOST_DISKS));
        }
        int roots = 0;
        for (int i = 0; i < disks.size(); i++) {
            String path = "logical_disks/" + i;
            if (!(disks.get(i) instanceof Map<?, ?> disk)) {
                throw new Failure.Invalid(path, "must be a JSON object such as {\"raid_level\": \"1\", \"size_gb\": 100}.");
            }
            check(disk, path);
            roots += Boolean.TRUE.equals(disk.get("is_root_volume")) ? 1 : 0;
        }
        if (roots > 1) {
            throw new Failure.Invalid("logical_disks", "%d of them have is_root_volume; at most one can be the root volume.".formatted(roots));
        }
    }

    private static void check(Map<?, ?> disk, String path) {
        refuseUnknown(disk.keySet(), PROPERTIES.keySet(), path);
        for (String needed : List.of("raid_level", "size_gb")) {
            if (disk.get(needed) == null) {
                throw new Failure.Invalid(path + "/" + needed, "is missing; each logical disk needs raid_level and size_gb.");
            }
        }
        disk.forEach((name, value) -> {
            String field = path + "/" + name;
            switch (String.valueOf(name)) {
                case "raid_level" -> oneOf(value, LEVELS, field);
                case "size_gb" -> require("MAX".equals(value) || wholeAtLeast(value, 0), field, value, "a whole number of GiB or \"MAX\"");
                case "number_of_physical_disks" -> require(wholeAtLeast(value, 1), field, value, "a whole number from 1");
                case "disk_type" -> oneOf(value, DISK_TYPES, field);
                case "interface_type" -> oneOf(value, INTERFACE_TYPES, field);
                case "is_root_volume", "share_physical_disks" -> require(value instanceof Boolean, field, value, "true or false");
                case "physical_disks" -> require(physicalDisks(value), field, value, "a list of names, or of at least two JSON objects");
                default -> require(value instanceof String text && text.length() <= LONGEST_TEXT, field, value, "a string of at most 255 characters");
            }
        });
        if (disk.get("physical_disks") != null && disk.get("controller") == null) {
            throw new Failure.Invalid(path + "/controller", "is missing; physical_disks are named within a controller.");
        }
    }

    private static boolean physicalDisks(Object value) {
        return value instanceof List<?> list && list.size() <= MOST_DISKS
                && (list.stream().allMatch(name -> name instanceof String text && text.length() <= LONGEST_TEXT)
                || list.size() >= 2 && list.stream().allMatch(Map.class::isInstance));
    }

    private static boolean wholeAtLeast(Object value, int least) {
        return value instanceof Integer number && number >= least;
    }

    private static void oneOf(Object value, List<String> allowed, String field) {
        require(value instanceof String text && allowed.contains(text), field, value, "one of " + String.join(", ", allowed));
    }

    private static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            String text = String.valueOf(found);
            throw new Failure.Invalid(field, "'%s' is not %s.".formatted(text.length() > 80 ? text.substring(0, 80) + "..." : text, expected));
        }
    }

    private static void refuseUnknown(Set<?> found, Set<String> known, String path) {
        found.stream().map(String::valueOf).filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new Failure.Invalid(path + "/" + name, "is not known. Known: %s.".formatted(String.join(", ", known)));
        });
    }
}
