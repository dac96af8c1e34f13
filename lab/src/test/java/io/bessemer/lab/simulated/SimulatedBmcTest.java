package io.bessemer.lab.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SimulatedBmcTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"3", "17"})
    void ipmitool_switches_power_and_boot_device(String suite) throws Exception {
        try (SimulatedRack rack = SimulatedRack.start(directory, 1, BootNetwork.onLoopback(9, 9))) {
            SimulatedMachine machine = rack.machines().getFirst();
            assertThat(ipmitool(machine, suite, "secret", "chassis", "power", "status")).contains("is off");
            ipmitool(machine, suite, "secret", "chassis", "bootdev", "pxe", "options=efiboot,persistent");
            assertThat(ipmitool(machine, suite, "secret", "chassis", "bootparam", "get", "5")).contains("Force PXE").contains("EFI").contains("all future boots");
            ipmitool(machine, suite, "secret", "chassis", "power", "on");
            assertThat(ipmitool(machine, suite, "secret", "chassis", "power", "status")).contains("is on");
            ipmitool(machine, suite, "secret", "chassis", "power", "off");
            assertThat(machine.poweredOn()).isFalse();
            assertThat(ipmitool(machine, suite, "secret", "mc", "info")).contains("IPMI Version              : 2.0");
        }
    }

    @Test
    void a_wrong_password_opens_nothing() throws Exception {
        try (SimulatedRack rack = SimulatedRack.start(directory, 1, BootNetwork.onLoopback(9, 9))) {
            assertThat(ipmitool(rack.machines().getFirst(), "3", "guess", "chassis", "power", "on")).contains("Unable to establish");
            assertThat(rack.machines().getFirst().poweredOn()).isFalse();
        }
    }

    private static String ipmitool(SimulatedMachine machine, String suite, String password, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", suite, "-H", machine.spec().bmcAddress(),
                "-p", Integer.toString(machine.spec().bmcPort()), "-U", SimulatedRack.BMC_USER, "-P", password, "-N", "1", "-R", "2"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
