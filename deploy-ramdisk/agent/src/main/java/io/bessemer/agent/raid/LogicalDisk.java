package io.bessemer.agent.raid;

import io.bessemer.agent.command.CommandFailedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One of Ironic's `logical_disks`, as far as software RAID looks at it.
///
/// @param sizeBytes of the array; 0 for all that is left
/// @param root      the system is written to it
/// @param name      of the volume, empty when the client gave none
/// @param physical  names or maps of hints, one for each disk to use; empty for any
/// @param count     of disks to use; 0 for all
/// @param wish      as it came, for the report
record LogicalDisk(RaidLevel level, long sizeBytes, boolean root, String name, List<Object> physical, int count, Optional<Boolean> rotational, Map<String, Object> wish) {
    private static final long GIB = 1L << 30;
    private static final int MOST = 16;

    LogicalDisk {
        physical = List.copyOf(physical);
    }

    boolean takesTheRest() {
        return sizeBytes == 0;
    }

    static List<LogicalDisk> listOf(Object params) throws CommandFailedException {
        if (!(params instanceof List<?> list) || list.isEmpty() || list.size() > MOST) {
            throw new CommandFailedException("logical_disks must be a list of 1 to %d logical disks, but is %s".formatted(MOST, params));
        }
        List<LogicalDisk> disks = new ArrayList<>();
        for (Object one : list) {
            if (!(one instanceof Map<?, ?> map)) {
                throw new CommandFailedException("logical_disks[%d] must be an object, but is %s".formatted(disks.size(), one));
            }
            disks.add(of(map, "logical_disks[%d]".formatted(disks.size()), list.size() == 1));
        }
        return disks;
    }

    private static LogicalDisk of(Map<?, ?> map, String where, boolean only) throws CommandFailedException {
        RaidLevel level = RaidLevel.fromWire(map.get("raid_level")).orElseThrow(
                () -> new CommandFailedException("%s.raid_level must be one of %s, but is %s".formatted(where, RaidLevel.names(), map.get("raid_level"))));
        long size = switch (map.get("size_gb")) {
            case Number number when number.longValue() > 0 && number.longValue() < Long.MAX_VALUE / GIB -> number.longValue() * GIB;
            case String text when text.equals("MAX") -> 0;
            case null, default -> throw new CommandFailedException("%s.size_gb must be a whole number of GiB from 1, or \"MAX\", but is %s".formatted(where, map.get("size_gb")));
        };
        List<?> physical = map.get("physical_disks") instanceof List<?> given ? given : List.of();
        if (physical.stream().anyMatch(Objects::isNull)) {
            throw new CommandFailedException("%s.physical_disks must be names of disks or objects of hints, but are %s".formatted(where, physical));
        }
        int count = map.get("number_of_physical_disks") instanceof Number number ? number.intValue() : 0;
        if (count < 0) {
            throw new CommandFailedException("%s.number_of_physical_disks must be a whole number from 1, but is %d".formatted(where, count));
        }
        Map<String, Object> wish = new LinkedHashMap<>();
        map.forEach((key, value) -> wish.put(String.valueOf(key), value));
        return new LogicalDisk(level, size, only || Boolean.TRUE.equals(map.get("is_root_volume")), map.get("volume_name") instanceof String name ? name : "",
                new ArrayList<>(physical), count, map.get("disk_type") instanceof String type ? Optional.of(type.equals("hdd")) : Optional.empty(), wish);
    }
}
