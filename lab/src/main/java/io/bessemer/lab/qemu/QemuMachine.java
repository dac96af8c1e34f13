package io.bessemer.lab.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A machine of a running rack.
///
/// @param bmcAddress reachable from the provisioner's namespace
public record QemuMachine(MachineSpec spec, int slot, String bmcAddress, int bmcPort, Path directory) {
    /// Everything that the machine wrote to its serial console since the rack began.
    public Path serialLog() {
        return directory.resolve("serial.log");
    }

    /// What its BMC was told, and each start and stop of QEMU: `SECONDS.NANOS WORDS`.
    public Path powerLog() {
        return directory.resolve("power.log");
    }

    public Path disk() {
        return disk(1);
    }

    /// @param number from 1
    public Path disk(int number) {
        return disk(directory, number);
    }

    static Path disk(Path directory, int number) {
        return directory.resolve(number == 1 ? "disk.img" : "disk-%d.img".formatted(number));
    }

    public boolean poweredOn() {
        return !contents("wanted").isBlank();
    }

    /// QEMU's process, for those who want to harm it.
    public Optional<ProcessHandle> process() {
        String pid = contents("qemu.pid").strip();
        return pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
    }

    /// The last lines of the serial console, without control characters.
    public List<String> serialTail(int lines) {
        List<String> all = contents("serial.log").replaceAll("\u001b\\[[0-9;?=]*[a-zA-Z]", "").lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", "").stripTrailing())
                .filter(line -> !line.isEmpty())
                .toList();
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    private String contents(String name) {
        try {
            return new String(Files.readAllBytes(directory.resolve(name)), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // not there yet, or no more
        }
    }
}
