package io.bessemer.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.lab.qemu.MachineSpec.BootWay;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
@Tag("qemu")
@Timeout(90)
class QemuRackTest {
    @TempDir
    Path directory;

    @Test
    void ipmitool_starts_and_stops_both_kinds_of_machine_and_nothing_stays_behind() throws Exception {
        List<ProcessHandle> virtualMachines = new ArrayList<>();
        String id = "t" + ProcessHandle.current().pid();
        RackSpec spec = new RackSpec(id, directory.resolve("rack"), List.of(MachineSpec.of(1, Firmware.BIOS),
                MachineSpec.of(2, Firmware.UEFI).bootingBy(BootWay.OVMF_PXE)));
        try (QemuRack rack = QemuRack.start(spec)) {
            for (QemuMachine machine : rack.machines()) {
                assertThat(ipmitool(rack, machine, "chassis", "power", "status")).contains("is off");
                ipmitool(rack, machine, "chassis", "bootdev", "pxe");
                ipmitool(rack, machine, "chassis", "power", "on");
                await("power on", () -> machine.process().isPresent() && machine.poweredOn());
                assertThat(ipmitool(rack, machine, "chassis", "power", "status")).contains("is on");
                virtualMachines.add(machine.process().orElseThrow());
            }
            QemuMachine bios = rack.machines().getFirst();
            await("iPXE on the serial console", () -> serial(bios).contains("iPXE"));

            Files.writeString(bios.directory().resolve("monitor.in"), "system_reset\n");
            await("a restart from within to try the disk, as PXE was set for one boot", () -> serial(bios).contains("Booting from Hard Disk"));

            ProcessHandle before = bios.process().orElseThrow();
            ipmitool(rack, bios, "chassis", "power", "reset");
            await("another QEMU after reset", () -> bios.process().isPresent() && !bios.process().orElseThrow().equals(before));
            assertThat(Files.readString(bios.powerLog())).contains("start boot=pxe").contains("start boot=none");
            virtualMachines.add(bios.process().orElseThrow());

            ipmitool(rack, bios, "chassis", "power", "off");
            await("power off", () -> bios.process().isEmpty());
            assertThat(ipmitool(rack, bios, "chassis", "power", "status")).contains("is off");

            assertThatThrownBy(() -> QemuRack.start(spec)).isInstanceOf(IOException.class).hasMessageContaining("is running already");
        }
        assertThat(virtualMachines).noneMatch(ProcessHandle::isAlive);
        assertThat(Path.of("/run/netns", "bsm-" + id + "-dc")).doesNotExist();
        assertThat(Path.of("/run/netns", "bsm-" + id + "-rack")).doesNotExist();
    }

    private static String serial(QemuMachine machine) {
        return String.join("\n", machine.serialTail(200));
    }

    private static String ipmitool(QemuRack rack, QemuMachine machine, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", "3", "-H", machine.bmcAddress(),
                "-U", QemuRack.BMC_USER, "-P", QemuRack.BMC_PASSWORD));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(rack.inProvisionerNamespace(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static void await(String what, BooleanSupplier state) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!state.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 30 s for: " + what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
