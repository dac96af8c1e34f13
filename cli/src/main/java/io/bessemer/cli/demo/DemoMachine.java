package io.bessemer.cli.demo;

import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.lab.simulated.SimulatedRack;
import java.util.List;
import java.util.function.Supplier;

/// A machine of any rack, as the demo enrols it.
///
/// @param uefi       else BIOS
/// @param fault      what is wrong with it on purpose; empty for nothing
/// @param serialTail the last lines of its console
/// @param console    where the whole console is to be read; empty when there is none
public record DemoMachine(String name, String bmcAddress, int bmcPort, String bmcUser, String bmcPassword, String mac, boolean uefi, String fault,
        Supplier<List<String>> serialTail, String console) {
    /// One made of threads.
    static DemoMachine simulated(SimulatedMachine machine, String fault) {
        return new DemoMachine(machine.spec().name(), machine.spec().bmcAddress(), machine.spec().bmcPort(), SimulatedRack.BMC_USER,
                SimulatedRack.BMC_PASSWORD, machine.spec().mac(), machine.spec().uefi(), fault, machine::console, "in memory");
    }
}
