package io.bessemer.lab.qemu;

import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// @param id        tells racks on one machine apart; part of the namespaces' names
/// @param directory where disks, firmware variables, logs and generated programs go; emptied at start
public record RackSpec(String id, Path directory, List<MachineSpec> machines) {
    public static final int MOST_MACHINES = 200;

    public RackSpec {
        if (!id.matches("[a-z0-9]{1,16}")) {
            throw new IllegalArgumentException("rack id '%s' is not 1 to 16 lower-case letters and digits".formatted(id));
        }
        directory = directory.toAbsolutePath().normalize();
        if (directory.toString().indexOf('\'') >= 0 || directory.toString().indexOf('"') >= 0 || directory.toString().indexOf(',') >= 0) {
            throw new IllegalArgumentException("rack directory '%s' has a quote or comma in its name; choose another".formatted(directory));
        }
        machines = List.copyOf(machines);
        if (machines.isEmpty() || machines.size() > MOST_MACHINES) {
            throw new IllegalArgumentException("a rack has 1 to %d machines, not %d".formatted(MOST_MACHINES, machines.size()));
        }
        Set<String> names = new HashSet<>();
        Set<String> macs = new HashSet<>();
        for (MachineSpec machine : machines) {
            if (!names.add(machine.name()) || !macs.add(machine.mac())) {
                throw new IllegalArgumentException("machine %s has a name or MAC address that another one has".formatted(machine.name()));
            }
        }
    }

    /// Machines with these kinds of firmware in turn.
    public static RackSpec inTurn(String id, Path directory, int count, List<Firmware> kinds, int memoryMib) {
        return new RackSpec(id, directory, IntStream.rangeClosed(1, count)
                .mapToObj(slot -> MachineSpec.of(slot, kinds.get((slot - 1) % kinds.size())).withMemoryMib(memoryMib)).toList());
    }
}
