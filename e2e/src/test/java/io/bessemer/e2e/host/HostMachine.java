package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.HostReport.CheckStatus;
import io.bessemer.host.protocol.HostReport.VerificationState;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.images.IsoConfigDrive;
import io.bessemer.images.build.HostImageBuilder;
import io.bessemer.images.build.LibvirtHostImage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// A host image, built, on an emulated machine, and its server.
final class HostMachine implements AutoCloseable {
    /// the agent's, for `LibvirtHostImage`
    static final Path AGENT_BUILD = Path.of("../hypervisor-bootstrap/compute-agent/target");

    private static final String DISK = "disk.raw";
    private static final long DISK_BYTES = 8L << 30;
    private static final UUID NODE = UUID.fromString("6f1c7b1e-0000-4000-8000-000000000001");
    private static final Duration BOOT = Duration.ofMinutes(15);
    private static final Duration CHECKS = Duration.ofMinutes(25);
    private static final String OVMF = "/usr/share/OVMF/OVMF_CODE_4M.fd";
    private static final String JVM_DIED = "A fatal error has been detected by the Java Runtime Environment";
    private static final int LONGEST = 8000;

    private final Path directory;
    private final Authority authority;
    private final HostServer server;
    private final Process machine;
    private final int port;
    private final long powerOn;

    private HostMachine(Path directory, Authority authority, HostServer server, Process machine, int port, long powerOn) {
        this.directory = directory;
        this.authority = authority;
        this.server = server;
        this.machine = machine;
        this.port = port;
        this.powerOn = powerOn;
    }

    /// @param cpu `max` has `svm`, which makes `/dev/kvm` real; `qemu64,-svm` has no virtualization extension
    record Hardware(String cpu, int memoryMib, boolean uefi) {
        static Hardware of(String cpu, int memoryMib) {
            return new Hardware(cpu, memoryMib, false);
        }

        Hardware withUefi() {
            return new Hardware(cpu, memoryMib, true);
        }

        private List<String> words() {
            var words = new ArrayList<>(List.of("-machine", uefi ? "q35" : "pc", "-cpu", cpu, "-m", Integer.toString(memoryMib)));
            if (uefi) {
                words.addAll(List.of("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + OVMF));
            }
            return words;
        }
    }

    /// @param directory empty
    static HostMachine start(Path directory, LibvirtHostImage recipe, Hardware hardware, HostOrders orders) throws Exception {
        DebianPackages.require(List.of("qemu-system-x86_64", "virsh", "openssl"), Progress.SILENT);
        var authority = new Authority(directory.resolve("ca"), "hosts");
        Path disk = disk(directory, recipe);
        var server = new HostServer(authority, authority.server("IP:10.0.2.2"), "one-time", "IP:127.0.0.1", orders);
        try {
            int port = freePort();
            Path iso = Files.write(directory.resolve("drive.iso"), drive(server, authority));
            var words = new ArrayList<>(List.of("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-smp", "2", "-nodefaults", "-no-user-config", "-display", "none",
                    "-vga", "none", "-no-reboot", "-boot", "strict=on", "-netdev", "user,id=n0,hostfwd=tcp:127.0.0.1:%d-:16514".formatted(port),
                    "-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci",
                    "-drive", "if=none,id=d0,format=raw,cache=unsafe,file=" + disk, "-device", "virtio-blk-pci,drive=d0,bootindex=1",
                    "-drive", "if=none,id=d1,format=raw,readonly=on,file=" + iso, "-device", "virtio-blk-pci,drive=d1",
                    "-serial", "file:" + directory.resolve("serial.log")));
            words.addAll(hardware.words());
            return new HostMachine(directory, authority, server, new ProcessBuilder(words).inheritIO().start(), port, System.nanoTime());
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    HostServer server() {
        return server;
    }

    Authority authority() {
        return authority;
    }

    /// Waits for the agent's facts.
    HostReport joined() throws Exception {
        HostReport report = server.await("facts", 0, BOOT, one -> one.facts().containsKey("libvirt") || one.facts().containsKey("libvirt_error"));
        tell("joined and reported facts");
        return report;
    }

    /// Waits for the end of a verification.
    HostReport verified(long id) throws Exception {
        HostReport report = server.await("a finished verification", 0, CHECKS,
                one -> one.verification() != null && one.verification().id() == id && one.verification().state() != VerificationState.RUNNING);
        report.verification().checks().forEach(check -> System.out.printf("%-20s %s %6.1f s %s%n", check.check(), check.status().wire(), check.seconds(), check.detail()));
        tell("verified");
        return report;
    }

    static void assertPassed(HostReport report) {
        assertThat(report.verification().checks()).isNotEmpty().allSatisfy(check -> assertThat(check.status()).as(check.detail()).isEqualTo(CheckStatus.PASSED));
    }

    static HostReport.Check check(HostReport report, HostCheck which) {
        return report.verification().checks().stream().filter(check -> check.check().equals(which.wire())).findFirst().orElseThrow();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> hypervisor(HostReport report) {
        return (Map<String, Object>) report.facts().get("hypervisor");
    }

    /// Every check, a network with NAT, one of the host's own NIC, and a storage pool.
    static HostOrders orders(HostPhase phase, String hypervisor, long verification) {
        return HostOrders.of(phase, "az1", "az1-" + hypervisor, hypervisor,
                new HostOrders.Verification(verification, Arrays.stream(HostCheck.values()).map(HostCheck::wire).toList(), Duration.ofMinutes(20)),
                List.of(new HostOrders.Network("default", "virbr0", null, "192.168.122.0/24"), new HostOrders.Network("lan", "br0", "eth0", null)),
                List.of(new HostOrders.StoragePool("default", "/var/lib/libvirt/images")), false, Duration.ofSeconds(10));
    }

    /// libvirt's URI on the machine over TLS, for who has the keys of a folder.
    ///
    /// @param scheme `qemu`, `lxc`, `xen`
    String uri(String scheme, Path keys) {
        return "%s+tls://127.0.0.1:%d/system?pkipath=%s".formatted(scheme, port, keys);
    }

    static String virsh(String uri, String... words) throws IOException {
        String[] arguments = {"-c", uri};
        String[] all = Arrays.copyOf(arguments, words.length + 2);
        System.arraycopy(words, 0, all, 2, words.length);
        return Command.of("virsh", all).timeout(Duration.ofMinutes(3)).run();
    }

    void tell(String what) {
        System.out.printf("%s %.1f s after power on%n", what, seconds(powerOn));
    }

    /// Runs a test's body. An agent that died and came again is a failure too. The message has what the host showed and what it left.
    void with(Body body) throws IOException, InterruptedException {
        try {
            body.run();
            assertThat(console().contains(JVM_DIED)).as("the agent's JVM died").isFalse();
        } catch (Throwable e) {
            String console = console();
            throw new AssertionError("%s%n--- console:%n%s%n%s".formatted(e.getMessage(), console.substring(Math.max(0, console.length() - LONGEST)), remains()), e);
        }
    }

    /// What the host showed on its serial line.
    private String console() throws IOException {
        Path serial = directory.resolve("serial.log");
        return Files.exists(serial) ? new String(Files.readAllBytes(serial), StandardCharsets.ISO_8859_1).replaceAll("[^\\n\\x20-\\x7e]", "") : "(nothing)";
    }

    /// Takes the power, and reads from the disk what a JVM that died has written and how the journal ends.
    private String remains() throws InterruptedException {
        machine.destroyForcibly().waitFor();
        try {
            Path disk = directory.resolve(DISK);
            Path root = Files.createDirectories(directory.resolve("root"));
            Command.of("mount", "-o", "loop,offset=" + rootOffset(disk), disk.toString(), root.toString()).run();
            try {
                Path died = root.resolve("var/lib/bessemer/hs_err.log");
                String report = Files.exists(died) ? Files.readString(died, StandardCharsets.ISO_8859_1) : "(none)";
                return "--- %s:%n%s%n--- journal:%n%s".formatted(died.getFileName(), report.substring(0, Math.min(LONGEST, report.length())),
                        Command.of("chroot", root.toString(), "journalctl", "--directory=/var/log/journal", "--no-pager", "--lines=150").run());
            } finally {
                Command.of("umount", root.toString()).run();
            }
        } catch (IOException e) {
            return "--- the disk cannot be read: " + e.getMessage();
        }
    }

    /// In bytes. The third partition: its entry in the table has its first sector at byte 32 (UEFI 2.10, 5.3.3).
    private static long rootOffset(Path disk) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        try (var channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            channel.read(sector, 2 * 512 + 2 * 128 + 32);
        }
        return sector.getLong(0) * 512;
    }

    interface Body {
        void run() throws Exception;
    }

    @Override
    public void close() throws InterruptedException {
        machine.destroyForcibly().waitFor();
        server.close();
    }

    /// The recipe's disk, built or from the library.
    @SuppressWarnings("unchecked")
    private static Path disk(Path directory, LibvirtHostImage recipe) throws Exception {
        Path data = Path.of(System.getProperty("bessemer.images", directory.resolve("images").toString()));
        Path cache = Path.of(System.getProperty("bessemer.cache", directory.resolve("cache").toString()));
        Path folder;
        try (var images = new ImageDirectory(ImageSettings.of(data))) {
            long begin = System.nanoTime();
            ImageInfo image = new HostImageBuilder(images, cache).build(recipe, Progress.SILENT);
            System.out.printf("%s: built in %.1f s, disk %d MB, data %d MB, stored %d MB%n", image.name(), seconds(begin), image.virtualBytes() / 1_000_000,
                    image.dataBytes() / 1_000_000, image.storedBytes() / 1_000_000);
            folder = images.directory().resolve(image.id());
        }
        Path disk = directory.resolve(DISK);
        var manifest = ImageManifest.fromMap(JsonMapper.shared().readValue(Files.readAllBytes(folder.resolve("manifest.json")), Map.class));
        try (var out = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ImageManifest.Chunk chunk : manifest.chunks()) {
                out.write(ByteBuffer.wrap(Zstd.decompress(Files.readAllBytes(folder.resolve("chunks").resolve(chunk.sha256())), chunk.length())), chunk.offset());
            }
            out.write(ByteBuffer.allocate(1), DISK_BYTES - 1);
        }
        return disk;
    }

    private static byte[] drive(HostServer server, Authority authority) throws IOException {
        var ticket = new JoinTicket("https://10.0.2.2:" + server.port(), NODE, "one-time", authority.certificate(), "az1", "az1-test");
        String metaData = JsonMapper.shared().writeValueAsString(Map.of("uuid", NODE.toString(), "hostname", "h1", "bessemer", Map.of("join", ticket.toMap())));
        return new IsoConfigDrive().iso(Map.of("openstack/latest/meta_data.json", metaData.getBytes(StandardCharsets.UTF_8)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
