package io.bessemer.cli.demo;

import java.util.List;
import java.util.function.Supplier;

/// A machine of any rack, as the demo enrols it.
///
/// @param uefi       else BIOS
/// @param fault      what is wrong with it on purpose; empty for nothing
/// @param serialTail the last lines of its console
/// @param console    where the whole console is to be read; empty when there is none
public record DemoMachine(String name, String bmcAddress, int bmcPort, String bmcUser, String bmcPassword, String mac, boolean uefi, String fault,
        Supplier<List<String>> serialTail, String console) {}
