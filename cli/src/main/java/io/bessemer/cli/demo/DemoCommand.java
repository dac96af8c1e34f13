package io.bessemer.cli.demo;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "demo", sortOptions = false,
        description = {"A rack of virtual machines, from powered off to running what was imaged onto their disks.",
            "Needs root and QEMU; builds ramdisk and image when they are missing."})
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_MACHINES = 40;
    private static final int MOST_SIMULATED = 10_000;
    private static final int MOST_MEMORY_MIB = 65_536;
    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final int CONSOLE_LINES = 20;
    private static final int MOST_EXPLAINED = 3;
    private static final Pattern IMAGE_BYTES = Pattern.compile("bessemer_boot_events_total\\{event=\"image\\.bytes\"} ([0-9.E]+)");

    private final Terminal terminal;

    @Option(names = "--once", description = "End when all hosts are up; otherwise serve until interrupted.")
    private boolean once;

    @Option(names = "--pool", description = "Go on: hosts become enabled hypervisors in the pools of two zones, and one starts a guest.")
    private boolean pool;

    @Option(names = "--simulated", description = "Machines made of threads: needs neither root nor QEMU.")
    private boolean simulated;

    @Option(names = "--machines", paramLabel = "N", description = "How many (default: 2).")
    private int machines = 2;

    @Option(names = "--together", description = "Each machine waits for all others before its next stage, as in a site where the power was back at last.")
    private boolean together;

    @Option(names = "--faulty", paramLabel = "N", description = {"Of simulated machines so many have something wrong with them, each another thing:",
        "a lossy or dead BMC, a wrong password, a disk that fails and so on."})
    private int faulty;

    @Option(names = "--watched", paramLabel = "N", description = "Of simulated machines so many are only verified, and their power is watched.")
    private int watched;

    @Option(names = "--watch", paramLabel = "SECONDS", description = "For so long, once all is done, it is counted how the server's power sync keeps up.")
    private int watchSeconds;

    @Option(names = "--peers", description = "Simulated machines deliver the image to each other (bessemer.images.peers).")
    private boolean peers;

    @Option(names = "--firmware", paramLabel = "KIND", split = ",", description = "bios, uefi, or both in turn: bios,uefi (the default).")
    private List<Firmware> firmware = List.of(Firmware.BIOS, Firmware.UEFI);

    @Option(names = "--memory", paramLabel = "MIB", description = "Of each machine, 512 at least (default: 512; debian-12 wants 1024, kvm-host 2048).")
    private int memoryMib;

    @Option(names = "--image", paramLabel = "NAME", description = "tiny, debian-12 or kvm-host (default: tiny; with --pool kvm-host).")
    private String image;

    @Option(names = "--keep", description = "Leave disks and firmware variables behind for a look.")
    private boolean keep;

    @Option(names = "--api-port", paramLabel = "PORT", description = "Where the API appears on 127.0.0.1 (default: 6385).")
    private int apiPort = 6385;

    @Option(names = "--rack-id", paramLabel = "ID", description = "Tells demos on one machine apart (default: demo).")
    private String rackId = "demo";

    @Option(names = "--timeout", paramLabel = "MINUTES", description = "For each stage of a machine (default: 20).")
    private int timeoutMinutes = 20;

    @Mixin
    private DataDirectory data;

    @Spec
    private CommandSpec spec;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        check();
        Instant begin = Instant.now();
        try (var cleanup = new Cleanup()) {
            DemoWorld world = simulated ? new SimulatedDemo(terminal, data, rackId, machines, watched, faulty, peers, apiPort)
                    : new QemuDemo(terminal, data, rackId, machines, firmware, memory(), image(), apiPort, keep);
            world.prepare();
            Instant prepared = Instant.now();
            List<DemoMachine> targets = world.start(cleanup);
            var client = cleanup.add(new BessemerClient("http://127.0.0.1:" + apiPort));
            var starting = new WorkProgress(terminal, "Server ");
            starting.report("starting", 0, 0);
            world.server().await(client);
            starting.done("API on http://127.0.0.1:" + apiPort);
            Optional<PoolTour> tour = pool ? Optional.of(new PoolTour(client, world::inNetwork, ServerDirectory.empty(data.path().resolve("demo").resolve(rackId + "-pki"))))
                    : Optional.empty();
            if (tour.isPresent()) {
                tour.get().definePools(world.image(), targets.size(), world.changing());
            }
            FleetView fleet = targets.size() <= ProgressBoard.MOST_LINES ? null : cleanup.add(new FleetView(client));
            var all = new Phaser(targets.size());
            List<MachineRun> runs = IntStream.range(0, targets.size()).mapToObj(i -> new MachineRun(targets.get(i), client,
                    goal(i, world), Duration.ofMinutes(timeoutMinutes), fleet, together ? all : new Phaser(1))).toList();
            follow(runs, cleanup);
            if (cleanup.closing()) {
                throw new InterruptedException();
            }
            Usage usage = Usage.of(world.server().process());
            Duration working = Duration.between(prepared, Instant.now());
            if (watchSeconds > 0) {
                terminal.line("%s", new PowerWatch(client).line(world.server().process(), Duration.ofSeconds(watchSeconds)));
            }
            report(runs, usage, imageMegabytes(client), world.serverLog(), Duration.between(begin, prepared), working);
            if (tour.isPresent()) {
                show(world, tour.get(), client, runs);
            }
            return once ? ExitCode.DONE : serve(runs.getFirst().machine().name());
        }
    }

    /// The last are those that are only watched.
    private Goal goal(int index, DemoWorld world) {
        if (index >= machines - watched) {
            return new Goal.Watched();
        }
        return pool ? PoolTour.goal(index) : new Goal.Host(world.image());
    }

    private String image() {
        return image != null ? image : pool ? "kvm-host" : "tiny";
    }

    private int memory() {
        return memoryMib != 0 ? memoryMib : switch (image()) {
            case "tiny" -> MachineSpec.DEFAULT_MEMORY_MIB;
            case "kvm-host" -> 4 * MachineSpec.DEFAULT_MEMORY_MIB;
            default -> 2 * MachineSpec.DEFAULT_MEMORY_MIB;
        };
    }

    private void show(DemoWorld world, PoolTour tour, BessemerClient client, List<MachineRun> runs) throws Exception {
        List<String> guest = world.startGuest(tour, runs.getFirst().machine().name());
        terminal.line("");
        terminal.line("%s", guest.getFirst());
        guest.stream().skip(1).forEach(line -> terminal.line("  %s", line));
        terminal.line("");
        var table = new Table("POOL", "ZONE", "SIZE", "ENABLED", "VCPUS", "MEMORY MIB", "GUESTS");
        for (JsonNode one : client.get("/v1/host_pools").path("host_pools")) {
            JsonNode capacity = one.path("capacity");
            table.row(one.path("name").asString(""), one.path("zone").asString(""), one.path("size").asInt(0), one.at("/counts/enabled").asInt(0),
                    capacity.path("vcpus").asInt(0), capacity.path("memory_mib").asLong(0), capacity.path("guests").asInt(0));
        }
        table.print(terminal);
        if (!world.caveat().isEmpty()) {
            terminal.line("");
            terminal.line("%s", world.caveat());
        }
    }

    private void check() {
        if (memoryMib != 0 && (memoryMib < MachineSpec.DEFAULT_MEMORY_MIB || memoryMib > MOST_MEMORY_MIB)) {
            throw new ParameterException(spec.commandLine(), "--memory is %d, but may be %d to %d."
                    .formatted(memoryMib, MachineSpec.DEFAULT_MEMORY_MIB, MOST_MEMORY_MIB));
        }
        int most = simulated ? MOST_SIMULATED : MOST_MACHINES;
        if (machines < 1 || machines > most) {
            throw new ParameterException(spec.commandLine(), "--machines is %d, but may be 1 to %d.".formatted(machines, most));
        }
        if (watched < 0 || watched > machines || watched > 0 && (!simulated || pool)) {
            throw new ParameterException(spec.commandLine(), "--watched is %d, but may be 0 to %d (all), and not 0 with --simulated and without --pool only.".formatted(watched, machines));
        }
        if (watchSeconds < 0) {
            throw new ParameterException(spec.commandLine(), "--watch is %d, but may not be negative.".formatted(watchSeconds));
        }
        if (peers && !simulated) {
            throw new ParameterException(spec.commandLine(), "--peers goes with --simulated only.");
        }
        if (faulty < 0 || faulty > machines || faulty > 0 && !simulated) {
            throw new ParameterException(spec.commandLine(), "--faulty is %d, but may be 0 to %d (all), and not 0 with --simulated only.".formatted(faulty, machines));
        }
        if (!rackId.matches("[a-z0-9]{1,16}")) {
            throw new ParameterException(spec.commandLine(), "--rack-id is '%s', but may only have lower-case letters and digits.".formatted(rackId));
        }
    }

    private void follow(List<MachineRun> runs, Cleanup cleanup) throws InterruptedException {
        terminal.line("");
        var board = new ProgressBoard(terminal);
        List<Thread> threads = new ArrayList<>();
        for (MachineRun run : runs) {
            threads.add(Thread.ofVirtual().name(run.machine().name()).start(() -> runQuietly(run)));
        }
        try {
            // once cleaning up has begun, failures are its doing and no news
            while (!runs.stream().allMatch(MachineRun::ended) && !cleanup.closing()) {
                board.show(runs);
                TimeUnit.MILLISECONDS.sleep(REDRAW.toMillis());
            }
            if (!cleanup.closing()) {
                board.show(runs);
            }
        } finally {
            threads.forEach(Thread::interrupt);
            board.end();
        }
    }

    private static void runQuietly(MachineRun run) {
        try {
            run.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// That the server sent.
    private static long imageMegabytes(BessemerClient client) throws InterruptedException {
        try {
            Matcher figure = IMAGE_BYTES.matcher(client.text("/metrics"));
            return figure.find() ? Math.round(Double.parseDouble(figure.group(1)) / 1e6) : 0;
        } catch (ApiException e) {
            return 0; // what became of the server the report says
        }
    }

    private void report(List<MachineRun> runs, Usage usage, long imageMegabytes, Path serverLog, Duration preparing, Duration working) throws InterruptedException {
        terminal.line("");
        List<MachineRun> failed = runs.stream().filter(run -> !run.failure().isEmpty()).toList();
        List<MachineRun> unexpected = failed.stream().filter(run -> run.machine().fault().isEmpty()).toList();
        for (MachineRun run : (unexpected.isEmpty() ? failed : unexpected).stream().limit(MOST_EXPLAINED).toList()) {
            terminal.line("%s", terminal.paint(Colour.RED, run.machine().name() + " failed" + (run.machine().fault().isEmpty() ? "" : ": " + run.machine().fault())));
            showFailure(run);
        }
        showFaults(runs);
        List<MachineRun> alike = runs.stream().filter(run -> run.goal().stages().equals(runs.getFirst().goal().stages())).toList();
        PhaseTable.stages(alike).print(terminal);
        terminal.line("");
        if (alike.size() < runs.size()) {
            PhaseTable.stages(runs.stream().filter(run -> !alike.contains(run)).toList()).print(terminal);
            terminal.line("");
        }
        PhaseTable.boots(alike).print(terminal);
        terminal.line("");
        terminal.line("Prepared in %.0f s; from an empty rack to %d of %d %s in %.0f s.", preparing.toMillis() / 1000.0,
                runs.size() - failed.size(), runs.size(), watched > 0 ? "machines where they should be" : pool ? "hosts enabled" : "hosts up", working.toMillis() / 1000.0);
        terminal.line("The server took %.1f s of CPU time and %d MB of memory at most%s.", usage.cpu().toMillis() / 1000.0, usage.megabytes(),
                simulated ? ", the machines and this table %.1f s".formatted(Usage.of(ProcessHandle.current()).cpu().toMillis() / 1000.0) : "");
        terminal.line("It sent %,d MB of images.", imageMegabytes);
        if (!unexpected.isEmpty()) {
            throw new CommandFailure("%d of %d machines did not become hosts: %s. Server log: %s".formatted(unexpected.size(), runs.size(),
                    unexpected.getFirst().failure(), serverLog));
        }
    }

    /// What was wrong with machines, beside what Bessemer says of it.
    private void showFaults(List<MachineRun> runs) {
        List<MachineRun> faulty = runs.stream().filter(run -> !run.machine().fault().isEmpty()).toList();
        if (faulty.isEmpty()) {
            return;
        }
        for (MachineRun run : faulty) {
            terminal.line("%s", terminal.paint(Colour.BOLD, "%s: %s".formatted(run.machine().name(), run.machine().fault())));
            FactLines.wrap(run.failure().isEmpty() ? run.goal().reached() : run.failure(), terminal.width() - 2).forEach(line -> terminal.line("  %s", line));
        }
        terminal.line("");
    }

    private int serve(String node) throws InterruptedException {
        nextCommands(node);
        while (true) {
            TimeUnit.HOURS.sleep(1); // until interrupted; the shutdown hook cleans up
        }
    }

    private void showFailure(MachineRun run) throws InterruptedException {
        terminal.line("");
        run.explain(terminal).forEach(line -> terminal.line("%s", line));
        List<String> console = run.machine().serialTail().get();
        if (!console.isEmpty()) {
            terminal.line("");
            terminal.line("%s", terminal.paint(Colour.BOLD, "Console of %s, last lines (all: %s)".formatted(run.machine().name(), run.machine().console())));
            console.subList(Math.max(0, console.size() - CONSOLE_LINES), console.size())
                    .forEach(line -> terminal.line("  %s", Terminal.cut(line, terminal.width() - 2)));
        }
        terminal.line("");
    }

    private void nextCommands(String node) {
        String api = apiPort == 6385 ? "" : " --api http://127.0.0.1:" + apiPort;
        terminal.line("");
        terminal.line("%s", terminal.paint(Colour.BOLD, "It serves until you press Ctrl-C. From another terminal, try:"));
        terminal.line("  ./bessemer node list%s", api);
        if (pool) {
            terminal.line("  ./bessemer pool list%s", api);
            terminal.line("  ./bessemer hypervisor show %s%s", node, api);
        }
        terminal.line("  ./bessemer node explain %s%s", node, api);
        terminal.line("  export OS_AUTH_TYPE=none OS_ENDPOINT=http://127.0.0.1:%d", apiPort);
        terminal.line("  baremetal node power off %s --soft", node);
        terminal.line("  baremetal node undeploy %s", node);
        terminal.line("  curl -s http://127.0.0.1:%d/v1/nodes/%s/timeline", apiPort, node);
    }
}
