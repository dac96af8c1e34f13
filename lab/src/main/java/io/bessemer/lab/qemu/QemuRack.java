package io.bessemer.lab.qemu;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.Progress;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running rack: every machine off, every BMC listening. Closing it ends every process and removes every namespace.
public final class QemuRack implements AutoCloseable {
    public static final String BMC_USER = "admin";
    public static final String BMC_PASSWORD = "secret";
    public static final int BMC_PORT = 623;

    private static final Logger LOG = LoggerFactory.getLogger(QemuRack.class);
    private static final Duration START = Duration.ofSeconds(10);

    private final RackNetwork network;
    private final FileChannel lockFile;
    private final List<QemuMachine> machines = new ArrayList<>();
    private final List<Process> lines = new ArrayList<>();
    private final List<Process> bmcs = new ArrayList<>();
    private boolean closed;

    private QemuRack(RackNetwork network, FileChannel lockFile) {
        this.network = network;
        this.lockFile = lockFile;
    }

    /// Builds the rack; programs that are missing are installed, and what a crashed one of the same id left is removed first.
    public static QemuRack start(RackSpec spec) throws IOException, InterruptedException {
        Requirements.meet(Progress.SILENT);
        var rack = new QemuRack(new RackNetwork(spec.id()), lock(spec.id()));
        try {
            rack.build(spec);
        } catch (IOException | InterruptedException | RuntimeException e) {
            rack.close();
            throw e;
        }
        return rack;
    }

    /// Namespaces belong to the whole machine, and so does the lock on their names.
    private static FileChannel lock(String id) throws IOException {
        Path path = Path.of("/run", "bessemer-rack-" + id + ".lock");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // this very process has it: told below like any other
        }
        if (lock == null) {
            channel.close();
            throw new IOException("A rack with id '%s' is running already (lock %s). End it, or use another id.".formatted(id, path));
        }
        return channel;
    }

    private void build(RackSpec spec) throws IOException, InterruptedException {
        network.remove();
        empty(spec.directory());
        network.create(spec.machines().stream().map(MachineSpec::network).toList());
        for (int slot = 1; slot <= spec.machines().size(); slot++) {
            machines.add(buildMachine(spec.machines().get(slot - 1), slot, spec.directory()));
        }
        awaitListening("tcp", lines, machine -> SerialLine.port(machine.slot()), "line.log");
        for (QemuMachine machine : machines) {
            bmcs.add(run(bmc(machine), machine.directory().resolve("bmc.log")));
        }
        awaitListening("udp", bmcs, _ -> BMC_PORT, "bmc.log");
        LOG.atInfo().addKeyValue("rack", spec.id()).addKeyValue("machines", machines.size()).log("rack is up");
    }

    private QemuMachine buildMachine(MachineSpec spec, int slot, Path rackDirectory) throws IOException {
        Path directory = Files.createDirectories(rackDirectory.resolve(spec.name()));
        var machine = new QemuMachine(spec, slot, RackNetwork.bmcAddress(slot), BMC_PORT, directory);
        for (int number = 1; number <= spec.disks(); number++) {
            try (var disk = new RandomAccessFile(machine.disk(number).toFile(), "rw")) {
                disk.setLength(spec.diskBytes()); // sparse
            }
        }
        if (spec.firmware() == Firmware.UEFI) {
            Files.copy(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), directory.resolve("OVMF_VARS.fd"));
        }
        lines.add(run(SerialLine.command(slot, directory), directory.resolve("line.log")));
        return machine;
    }

    private static List<String> bmc(QemuMachine machine) throws IOException {
        Path chassis = ChassisProgram.write(machine.spec(), machine.slot(), machine.directory());
        return BmcSimulator.prepare(machine.spec(), machine.slot(), machine.bmcAddress(), BMC_PORT, BMC_USER, BMC_PASSWORD, chassis, machine.directory());
    }

    private Process run(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(network.command(network.rackNamespace(), command))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /// Neither `ipmi_sim` nor `socat` has a way to say that it listens, but the kernel has.
    private void awaitListening(String protocol, List<Process> programs, ToIntFunction<QemuMachine> port, String log) throws IOException, InterruptedException {
        Set<String> wanted = machines.stream().map(machine -> ":%04X".formatted(port.applyAsInt(machine))).collect(Collectors.toSet());
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            // "sl: local_address:port remote_address:port state ..."
            long listening = Command.of(network.command(network.rackNamespace(), List.of("cat", "/proc/net/" + protocol))).run().lines()
                    .map(line -> line.strip().split(" +")).filter(words -> words.length > 3 && words[2].endsWith(":0000") && wanted.contains(words[1].substring(8)))
                    .count();
            if (listening >= programs.size()) {
                return;
            }
            for (int i = 0; i < programs.size(); i++) {
                if (!programs.get(i).isAlive()) {
                    throw new IOException("A program of %s ended with %d: %s".formatted(machines.get(i).spec().name(), programs.get(i).exitValue(),
                            Files.readString(machines.get(i).directory().resolve(log)).strip()));
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("%d of %d programs listen by %s after %d s".formatted(listening, programs.size(), protocol, START.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    public List<QemuMachine> machines() {
        return List.copyOf(machines);
    }

    /// The command, as it must be run to be where the provisioner is: with its [ProvisioningNetwork] addresses, and 172.22.1.1 on `dc-bmc`.
    public List<String> inProvisionerNamespace(List<String> command) {
        return network.command(network.provisionerNamespace(), command);
    }

    public List<String> inProvisionerNamespace(String... command) {
        return inProvisionerNamespace(List.of(command));
    }

    public String provisionerNamespace() {
        return network.provisionerNamespace();
    }

    public String rackNamespace() {
        return network.rackNamespace();
    }

    /// A BMC that stopped answering.
    public void killBmc(QemuMachine machine) {
        bmcs.get(machine.slot() - 1).destroyForcibly();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean interrupted = Thread.interrupted(); // cleaning up matters more
        try {
            bmcs.forEach(Process::destroyForcibly);
            lines.forEach(Process::destroyForcibly);
            network.remove();
        } catch (IOException | InterruptedException e) {
            LOG.atWarn().setCause(e).log("rack was not removed wholly; the next one with the same id tries again");
        } finally {
            closeLock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeLock() {
        try {
            lockFile.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("lock file did not close");
        }
    }

    /// Removes what an earlier rack left; refuses a directory that holds something else.
    private static void empty(Path directory) throws IOException {
        Path mark = directory.resolve(".rack");
        if (Files.exists(directory)) {
            try (Stream<Path> content = Files.list(directory)) {
                if (!Files.exists(mark) && content.findAny().isPresent()) {
                    throw new IOException("%s is not empty and no rack made it. Choose another directory for the rack.".formatted(directory));
                }
            }
            deleteTree(directory);
        }
        Files.createDirectories(directory);
        Files.writeString(mark, "a rack of Bessemer; emptied when the next one starts\n");
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
