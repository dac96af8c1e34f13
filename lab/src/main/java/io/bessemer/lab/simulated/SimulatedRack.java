package io.bessemer.lab.simulated;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Machines of one kind and the other in turn, all off.
public final class SimulatedRack implements AutoCloseable {
    public static final String BMC_USER = "admin";
    public static final String BMC_PASSWORD = "secret";

    private final List<SimulatedMachine> machines = new ArrayList<>();

    private SimulatedRack() {}

    /// @param firstSlot so that racks of one machine do not meet: a slot is a MAC address and a BMC's address
    /// @param diskBytes of each machine
    public static SimulatedRack start(Path directory, int firstSlot, int count, BootNetwork servers, long diskBytes) throws IOException {
        return start(directory, IntStream.range(firstSlot, firstSlot + count)
                .mapToObj(slot -> SimulatedMachineSpec.of(slot, slot % 2 == 0).withDisk(diskBytes)).toList(), servers);
    }

    /// @param specs of machines that may have a MAC address twice
    public static SimulatedRack start(Path directory, List<SimulatedMachineSpec> specs, BootNetwork servers) throws IOException {
        var rack = new SimulatedRack();
        try {
            for (SimulatedMachineSpec spec : specs) {
                rack.machines.add(new SimulatedMachine(spec, directory.resolve(spec.name()), servers, BMC_USER, BMC_PASSWORD));
            }
        } catch (IOException e) {
            rack.close();
            throw e;
        }
        return rack;
    }

    public List<SimulatedMachine> machines() {
        return List.copyOf(machines);
    }

    @Override
    public void close() {
        machines.forEach(SimulatedMachine::close);
    }
}
