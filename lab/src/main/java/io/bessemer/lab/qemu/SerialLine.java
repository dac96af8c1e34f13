package io.bessemer.lab.qemu;

import java.nio.file.Path;
import java.util.List;

/// The cable between a machine's serial port and its BMC, which stays in place while the machine is off. `ipmi_sim` alone would lose the
/// first ten seconds of every boot: it looks for a port that went away that seldom (OpenIPMI, `lanserv/sol.c`).
final class SerialLine {
    private static final int FIRST_PORT = 4600;

    private SerialLine() {}

    /// TCP port on loopback of the rack's namespace, where the machine's BMC finds the line.
    static int port(int slot) {
        return FIRST_PORT + slot;
    }

    /// As a pipe of QEMU: `PATH.in` is what the machine reads, `PATH.out` what it writes.
    static Path path(Path machine) {
        return machine.resolve("serial");
    }

    /// The command that is the line. It holds both ends of both pipes, so that neither ends with a machine.
    static List<String> command(int slot, Path machine) {
        String path = QemuCommand.quoted(path(machine).toString());
        return List.of("sh", "-c", "mkfifo %s.in %s.out && exec 7<> %s.in 8<> %s.out && exec socat TCP-LISTEN:%d,bind=127.0.0.1,reuseaddr,fork 'FD:8!!FD:7'"
                .formatted(path, path, path, path, port(slot)));
    }
}
