package io.bessemer.cli.demo;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.image.ImageWork;
import io.bessemer.cli.ramdisk.RamdiskWork;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.images.build.HostImage;
import io.bessemer.lab.forward.NamespaceForward;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.ProvisioningNetwork;
import io.bessemer.lab.qemu.QemuMachine;
import io.bessemer.lab.qemu.QemuRack;
import io.bessemer.lab.qemu.RackSpec;
import io.bessemer.lab.qemu.Requirements;
import io.bessemer.ramdisk.Flavour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A QEMU rack, the server as a process of its own in the rack's provisioning network, and the server's API at a loopback port out here.
public final class ServedRack {
    private static final int CONSOLE_LINES = 40;
    private static final String INSIDE_API = "127.0.0.1:6385";

    private final QemuRack rack;
    private final List<String> settings;
    private final Path log;
    private final Cleanup cleanup;
    private String api = "";
    private DemoServer server;

    private ServedRack(QemuRack rack, List<String> settings, Path log, Cleanup cleanup) {
        this.rack = rack;
        this.settings = settings;
        this.log = log;
        this.cleanup = cleanup;
    }

    /// Programs, ramdisk and image: what is there already costs nothing.
    ///
    /// @param image a recipe's name, or that of an image which is imported already
    public static void prepare(Terminal terminal, DataDirectory data, String image) throws IOException {
        Requirements.meet(new WorkProgress(terminal, "Programs"));
        RamdiskWork.build(terminal, data, Flavour.CLOUD);
        Optional<HostImage> recipe = ImageWork.recipe(image);
        if (recipe.isPresent()) {
            ImageWork.build(terminal, data, recipe.get());
        }
    }

    /// Every machine off, the server starting with an empty database; boot files and images are those of the data directory.
    ///
    /// @param apiPort  on 127.0.0.1, 0 for any
    /// @param settings of the server, beside those that the rack needs
    /// @param keep     disks and firmware variables, which are large, for a look; logs stay in any case
    /// @param cleanup  takes everything that is to be closed
    public static ServedRack start(RackSpec spec, DataDirectory data, int apiPort, List<String> settings, boolean keep, Cleanup cleanup)
            throws Exception {
        cleanup.add(() -> {
            if (!keep) {
                deleteDisks(spec.directory());
            }
        });
        QemuRack rack = cleanup.add(QemuRack.start(spec));
        Path log = data.logs().resolve("server-" + spec.id() + ".log");
        Files.deleteIfExists(log);
        var served = new ServedRack(rack, settings(spec, serverDirectory(data, spec.id()), settings), log, cleanup);
        served.startServer();
        NamespaceForward forward = cleanup.add(NamespaceForward.start(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), apiPort),
                INSIDE_API, rack::inProvisionerNamespace, data.logs().resolve("forward-" + spec.id() + ".log")));
        served.api = "http://127.0.0.1:" + forward.address().getPort();
        return served;
    }

    /// Starts the server, for the first time or after it was killed, with the same settings and data.
    public void startServer() throws Exception {
        server = cleanup.add(DemoServer.start(rack::inProvisionerNamespace, settings, log));
    }

    private static List<String> settings(RackSpec spec, Path serverDirectory, List<String> more) {
        List<String> settings = new ArrayList<>(List.of("--data-dir", serverDirectory.toString(), "--listen", INSIDE_API, "--bessemer.pxe.enabled=true"));
        List<ProvisioningNetwork> networks = spec.machines().stream().map(MachineSpec::network).distinct().sorted().toList();
        for (int i = 0; i < networks.size(); i++) {
            String setting = "--bessemer.pxe.interfaces[%d].".formatted(i);
            settings.add(setting + "name=" + networks.get(i).interfaceName());
            settings.add(setting + "address=" + networks.get(i).address() + "/24");
            settings.add(setting + "range=" + networks.get(i).range());
        }
        settings.addAll(more);
        return List.copyOf(settings);
    }

    private static Path serverDirectory(DataDirectory data, String rackId) throws IOException {
        Path directory = ServerDirectory.empty(data.path().resolve("demo").resolve(rackId));
        Files.createDirectories(data.images());
        Files.createSymbolicLink(directory.resolve("boot"), data.boot());
        Files.createSymbolicLink(directory.resolve("images"), data.images());
        return directory;
    }

    /// Where the API is reached.
    public String api() {
        return api;
    }

    public QemuRack rack() {
        return rack;
    }

    public DemoServer server() {
        return server;
    }

    public Path serverLog() {
        return log;
    }

    /// What there is to enrol.
    public List<DemoMachine> machines() {
        return rack.machines().stream().map(ServedRack::target).toList();
    }

    private static DemoMachine target(QemuMachine machine) {
        return new DemoMachine(machine.spec().name(), machine.bmcAddress(), machine.bmcPort(), QemuRack.BMC_USER, QemuRack.BMC_PASSWORD,
                machine.spec().mac(), machine.spec().firmware() == Firmware.UEFI, "", () -> machine.serialTail(CONSOLE_LINES),
                machine.serialLog().toString());
    }

    private static void deleteDisks(Path rack) throws IOException {
        if (!Files.exists(rack)) {
            return;
        }
        try (Stream<Path> files = Files.walk(rack)) {
            for (Path file : files.filter(path -> path.getFileName().toString().matches("disk\\.img|OVMF_VARS\\.fd")).toList()) {
                Files.delete(file);
            }
        }
    }
}
