package io.bessemer.cli.demo;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.lab.simulated.SimulatedHost;
import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.lab.simulated.SimulatedMachineSpec;
import io.bessemer.lab.simulated.SimulatedRack;
import io.bessemer.lab.simulated.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The demo's world made of threads, for machines without QEMU or root: everything on loopback, with ports counted from the API's.
final class SimulatedDemo implements DemoWorld {
    /// of an image, and of all disks together
    private static final int MOST_DATA_BYTES = 24 << 20;
    private static final int ALL_DATA_BYTES = 1 << 30;
    private static final int LEAST_DATA_BYTES = 256 << 10;
    /// of machines that fail nobody wants to wait for what a real one may take
    private static final List<String> IMPATIENT = List.of("--bessemer.conductor.max-retries=1", "--bessemer.conductor.max-boots=2",
            "--bessemer.conductor.boot.power=15s", "--bessemer.conductor.boot.kernel=15s", "--bessemer.conductor.agent-lost=30s", "--bessemer.ipmi.call-timeout=10s");
    /// more than so many get slots behind those of tests, which may run beside
    private static final int FEW = 1_000;
    private static final int SLOTS_OF_MANY = 20_001;
    private static final int CHANGING = 50;
    private static final int GUEST_MIB = 256;

    private final Terminal terminal;
    private final DataDirectory data;
    private final String rackId;
    private final int machines;
    private final int watched;
    private final int faulty;
    private final boolean peers;
    private final SimulatedSite site;
    private DemoServer server;
    private SimulatedRack rack;

    /// @param watched of them, those that get no image
    /// @param apiPort and the six after it
    SimulatedDemo(Terminal terminal, DataDirectory data, String rackId, int machines, int watched, int faulty, boolean peers, int apiPort) {
        this.terminal = terminal;
        this.data = data;
        this.rackId = rackId;
        this.machines = machines;
        this.watched = watched;
        this.faulty = faulty;
        this.peers = peers;
        this.site = SimulatedSite.from(data.path().resolve("demo").resolve(rackId + "-simulated"), apiPort);
    }

    @Override
    public void prepare() throws IOException {
        ServerDirectory.empty(site.directory());
        var progress = new WorkProgress(terminal, "Image  ");
        ImageInfo image = site.prepare(Math.clamp(ALL_DATA_BYTES / Math.max(1, machines - watched), LEAST_DATA_BYTES, MOST_DATA_BYTES), progress);
        progress.done("%s: %.0f MB of data on a disk of %.0f MB".formatted(image.name(), image.dataBytes() / 1e6, image.virtualBytes() / 1e6));
    }

    @Override
    public List<DemoMachine> start(Cleanup cleanup) throws Exception {
        rack = cleanup.add(SimulatedRack.start(ServerDirectory.empty(data.racks().resolve(rackId + "-simulated")), machines > FEW ? SLOTS_OF_MANY : 1, machines,
                site.network(), SimulatedMachineSpec.DISK_BYTES));
        new WorkProgress(terminal, "Rack   ").done("%d simulated machines, powered off".formatted(machines));
        Trouble.befall(rack.machines(), faulty);
        Files.deleteIfExists(serverLog());
        var settings = new ArrayList<>(site.settings());
        settings.add("--bessemer.images.peers=" + peers);
        if (faulty > 0) {
            settings.addAll(IMPATIENT);
        }
        server = cleanup.add(DemoServer.start(UnaryOperator.identity(), machines > ProgressBoard.MOST_LINES ? DemoServer.many(machines) : DemoServer.FEW, settings, serverLog()));
        return IntStream.range(0, machines).mapToObj(i -> DemoMachine.simulated(rack.machines().get(i), i < faulty ? Trouble.ofTurn(i).text() : "")).toList();
    }

    @Override
    public DemoServer server() {
        return server;
    }

    @Override
    public List<String> inNetwork(List<String> command) {
        return command;
    }

    @Override
    public String caveat() {
        return "The hosts are simulated: each joins by TLS with a key of its own, and checks nothing.";
    }

    /// As many as a server deploys at a time anyway: these share no network that could fill up.
    @Override
    public int changing() {
        return CHANGING;
    }

    @Override
    public List<String> startGuest(PoolTour tour, String host) throws Exception {
        SimulatedMachine machine = rack.machines().stream().filter(one -> one.spec().name().equals(host)).findFirst().orElseThrow();
        SimulatedHost.Guest guest = machine.host().startGuest(PoolTour.GUEST, 1, GUEST_MIB);
        tour.awaitGuest(host);
        return List.of("Guest on %s, simulated too, as its agent reported it:".formatted(host),
                "%s   %s   running   %d MiB".formatted(guest.uuid(), guest.name(), guest.memoryMib()));
    }

    @Override
    public String image() {
        return SimulatedSite.IMAGE;
    }

    @Override
    public Path serverLog() throws IOException {
        return data.logs().resolve("server-" + rackId + "-simulated.log");
    }
}
