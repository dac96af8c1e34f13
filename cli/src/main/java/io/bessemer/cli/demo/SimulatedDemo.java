package io.bessemer.cli.demo;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.lab.simulated.BootNetwork;
import io.bessemer.lab.simulated.SimulatedHost;
import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.lab.simulated.SimulatedMachineSpec;
import io.bessemer.lab.simulated.SimulatedRack;
import io.bessemer.lab.simulated.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The demo's world made of threads, for machines without QEMU or root: everything on loopback, with ports counted from the API's.
final class SimulatedDemo implements DemoWorld {
    private static final String IMAGE = "simulated";
    private static final long IMAGE_BYTES = 256L << 20;
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
    /// about what they are
    private static final Map<String, Integer> BOOT_FILES = Map.of("vmlinuz", 1 << 20, "initramfs", 1 << 20, "snponly.efi", 256 << 10, "ipxe.efi", 1 << 20,
            "undionly.kpxe", 72 << 10);

    private final Terminal terminal;
    private final DataDirectory data;
    private final String rackId;
    private final int machines;
    private final int watched;
    private final int faulty;
    private final boolean peers;
    private final int apiPort;
    private DemoServer server;
    private SimulatedRack rack;

    /// @param watched of them, those that get no image
    SimulatedDemo(Terminal terminal, DataDirectory data, String rackId, int machines, int watched, int faulty, boolean peers, int apiPort) {
        this.terminal = terminal;
        this.data = data;
        this.rackId = rackId;
        this.machines = machines;
        this.watched = watched;
        this.faulty = faulty;
        this.peers = peers;
        this.apiPort = apiPort;
    }

    @Override
    public void prepare() throws IOException {
        Path directory = ServerDirectory.empty(serverDirectory());
        Path boot = Files.createDirectories(directory.resolve("boot"));
        for (Map.Entry<String, Integer> file : BOOT_FILES.entrySet()) {
            Files.write(boot.resolve(file.getKey()), new byte[file.getValue()]); // fetched, but nothing runs it
        }
        var progress = new WorkProgress(terminal, "Image  ");
        Path raw = directory.resolve("image.raw");
        try (var channel = FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            byte[] content = new byte[Math.clamp(ALL_DATA_BYTES / Math.max(1, machines - watched), LEAST_DATA_BYTES, MOST_DATA_BYTES)];
            new Random(1).nextBytes(content);
            channel.write(ByteBuffer.wrap(content));
            channel.write(ByteBuffer.wrap(new byte[1]), IMAGE_BYTES - 1);
        }
        try (var images = new ImageDirectory(ImageSettings.of(directory.resolve("images")))) {
            ImageInfo image = images.importImage(IMAGE, new ImageSource(raw.toString(), null, null, "raw"), true, progress);
            progress.done("%s: %.0f MB of data on a disk of %.0f MB".formatted(image.name(), image.dataBytes() / 1e6, image.virtualBytes() / 1e6));
        }
        Files.delete(raw);
    }

    @Override
    public List<DemoMachine> start(Cleanup cleanup) throws Exception {
        int agentPort = apiPort + 1;
        int httpPort = apiPort + 2;
        int dhcpPort = apiPort + 3;
        int tftpPort = apiPort + 4;
        int dhcpClientPort = apiPort + 5;
        int hostsPort = apiPort + 6;
        rack = cleanup.add(SimulatedRack.start(ServerDirectory.empty(data.racks().resolve(rackId + "-simulated")), machines > FEW ? SLOTS_OF_MANY : 1, machines,
                BootNetwork.onLoopback(dhcpPort, tftpPort), SimulatedMachineSpec.DISK_BYTES));
        new WorkProgress(terminal, "Rack   ").done("%d simulated machines, powered off".formatted(machines));
        Trouble.befall(rack.machines(), faulty);
        Files.deleteIfExists(serverLog());
        var settings = new ArrayList<>(List.of("--data-dir", serverDirectory().toString(),
                "--listen", "127.0.0.1:" + apiPort, "--bessemer.agent.listen=127.0.0.1:" + agentPort, "--bessemer.hosts.port=" + hostsPort,
                "--bessemer.pxe.enabled=true", "--bessemer.pxe.interfaces[0].name=lo", "--bessemer.pxe.interfaces[0].address=127.0.0.1/8",
                "--bessemer.pxe.interfaces[0].range=127.44.0.1-127.44.255.254", "--bessemer.pxe.reply-to-source=true",
                "--bessemer.pxe.http-port=" + httpPort, "--bessemer.pxe.dhcp-port=" + dhcpPort, "--bessemer.pxe.tftp-port=" + tftpPort,
                "--bessemer.pxe.dhcp-client-port=" + dhcpClientPort, "--bessemer.images.peers=" + peers));
        if (faulty > 0) {
            settings.addAll(IMPATIENT);
        }
        server = cleanup.add(DemoServer.start(UnaryOperator.identity(), machines > ProgressBoard.MOST_LINES ? DemoServer.many(machines) : DemoServer.FEW, settings, serverLog()));
        return IntStream.range(0, machines).mapToObj(i -> target(rack.machines().get(i), i < faulty ? Trouble.ofTurn(i).text() : "")).toList();
    }

    private static DemoMachine target(SimulatedMachine machine, String fault) {
        return new DemoMachine(machine.spec().name(), machine.spec().bmcAddress(), machine.spec().bmcPort(), SimulatedRack.BMC_USER,
                SimulatedRack.BMC_PASSWORD, machine.spec().mac(), machine.spec().uefi(), fault, machine::console, "in memory");
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
        return IMAGE;
    }

    @Override
    public Path serverLog() throws IOException {
        return data.logs().resolve("server-" + rackId + "-simulated.log");
    }

    private Path serverDirectory() {
        return data.path().resolve("demo").resolve(rackId + "-simulated");
    }
}
