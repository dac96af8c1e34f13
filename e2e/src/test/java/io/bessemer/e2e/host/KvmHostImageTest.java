package io.bessemer.e2e.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
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
import io.bessemer.images.build.KvmHostImage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Builds the image of a host, boots it on emulated hardware (whose `svm` makes `/dev/kvm` real), and is its server. Takes minutes.
@Tag("qemu")
@Tag("slow")
class KvmHostImageTest {
    private static final long DISK_BYTES = 8L << 30;
    private static final UUID NODE = UUID.fromString("6f1c7b1e-0000-4000-8000-000000000001");
    private static final Duration BOOT = Duration.ofMinutes(10);
    private static final Duration CHECKS = Duration.ofMinutes(20);
    private static final String GUEST = "<domain type='kvm'><name>g1</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>";

    @TempDir
    Path directory;

    private Path serial;

    @Test
    void a_host_joins_passes_its_checks_and_lets_in_only_those_with_a_certificate() throws Exception {
        DebianPackages.require(List.of("qemu-system-x86_64", "virsh", "openssl"), Progress.SILENT);
        serial = directory.resolve("serial.log");
        var authority = new Authority(directory.resolve("ca"), "hosts");
        var stranger = new Authority(directory.resolve("other"), "others");
        Path disk = disk();
        try (var server = new HostServer(authority, authority.server("IP:10.0.2.2"), "one-time", "IP:127.0.0.1", orders(HostPhase.VERIFYING))) {
            int port = freePort();
            long powerOn = System.nanoTime();
            Process machine = start(disk, drive(server, authority), port);
            try {
                server.await("facts", 0, BOOT, report -> report.facts().containsKey("libvirt"));
                System.out.printf("joined and reported facts %.1f s after power on%n", seconds(powerOn));
                HostReport verified = server.await("a finished verification", 0, CHECKS,
                        report -> report.verification() != null && report.verification().state() != VerificationState.RUNNING);
                verified.verification().checks().forEach(check -> System.out.printf("%-20s %s %6.1f s %s%n", check.check(), check.status().wire(), check.seconds(), check.detail()));
                System.out.printf("verified %.1f s after power on%n", seconds(powerOn));
                assertThat(verified.verification().checks()).allSatisfy(check -> assertThat(check.status()).as(check.detail()).isEqualTo(CheckStatus.PASSED));
                assertThat(verified.facts()).containsKeys("os", "kernel", "qemu", "cpu", "interfaces").containsEntry("uri", "qemu:///system");
                assertThat(verified.guests()).as("the canary is no guest").isEmpty();
                assertThat(server.joins).isEqualTo(1);
                server.order(orders(HostPhase.ENABLED));

                String uri = "qemu+tls://127.0.0.1:%d/system?pkipath=".formatted(port);
                Path friend = authority.client("ops", authority);
                assertThat(virsh(uri + friend, "list", "--all")).doesNotContain("bessemer-canary");
                assertThatThrownBy(() -> virsh(uri + stranger.client("eve", authority), "list")).isInstanceOf(CommandFailedException.class);
                Path nobody = Files.createDirectories(directory.resolve("nobody"));
                Files.writeString(nobody.resolve("cacert.pem"), authority.certificate());
                assertThatThrownBy(() -> virsh(uri + nobody, "list")).isInstanceOf(CommandFailedException.class);

                int before = server.reported();
                long defined = System.nanoTime();
                virsh(uri + friend, "define", Files.writeString(directory.resolve("guest.xml"), GUEST).toString());
                server.await("the guest", before, Duration.ofSeconds(30), report -> report.guests().stream().anyMatch(guest -> guest.name().equals("g1") && guest.state().equals("shut off")));
                System.out.printf("a guest was reported %.1f s after its definition began%n", seconds(defined));

                server.order(orders(HostPhase.LEAVING));
                String leaving = orders(HostPhase.LEAVING).id();
                server.await("the leaving orders", before, Duration.ofSeconds(60), report -> report.orders().equals(leaving));
                awaitClosed(uri + friend);
            } catch (Throwable e) {
                System.out.println(console());
                throw e;
            } finally {
                machine.destroyForcibly().waitFor();
            }
        }
    }

    private static void awaitClosed(String uri) throws Exception {
        for (int i = 0; i < 60; i++) {
            try {
                virsh(uri, "list");
            } catch (CommandFailedException e) {
                return;
            }
            Thread.sleep(1000);
        }
        throw new AssertionError("a host that left still lets clients in");
    }

    private static String virsh(String uri, String... words) throws IOException {
        String[] arguments = {"-c", uri};
        String[] all = Arrays.copyOf(arguments, words.length + 2);
        System.arraycopy(words, 0, all, 2, words.length);
        return Command.of("virsh", all).timeout(Duration.ofMinutes(3)).run();
    }

    private static HostOrders orders(HostPhase phase) {
        return HostOrders.of(phase, "az1", "az1-kvm", "kvm",
                new HostOrders.Verification(1, Arrays.stream(HostCheck.values()).map(HostCheck::wire).toList(), Duration.ofMinutes(15)),
                List.of(new HostOrders.Network("default", "virbr0", null, "192.168.122.0/24"), new HostOrders.Network("lan", "br0", "eth0", null)),
                List.of(new HostOrders.StoragePool("default", "/var/lib/libvirt/images")), false, Duration.ofSeconds(10));
    }

    private static byte[] drive(HostServer server, Authority authority) throws IOException {
        var ticket = new JoinTicket("https://10.0.2.2:" + server.port(), NODE, "one-time", authority.certificate(), "az1", "az1-kvm");
        String metaData = JsonMapper.shared().writeValueAsString(Map.of("uuid", NODE.toString(), "hostname", "h1", "bessemer", Map.of("join", ticket.toMap())));
        return new IsoConfigDrive().iso(Map.of("openstack/latest/meta_data.json", metaData.getBytes(StandardCharsets.UTF_8)));
    }

    @SuppressWarnings("unchecked")
    private Path disk() throws Exception {
        Path data = Path.of(System.getProperty("bessemer.images", directory.resolve("images").toString()));
        Path cache = Path.of(System.getProperty("bessemer.cache", directory.resolve("cache").toString()));
        Path folder;
        try (var images = new ImageDirectory(ImageSettings.of(data))) {
            long begin = System.nanoTime();
            ImageInfo image = new HostImageBuilder(images, cache).build(KvmHostImage.cloud(Path.of("../hypervisor-bootstrap/compute-agent/target")), Progress.SILENT);
            System.out.printf("%s: built in %.1f s, disk %d MB, data %d MB, stored %d MB%n", image.name(), seconds(begin), image.virtualBytes() / 1_000_000,
                    image.dataBytes() / 1_000_000, image.storedBytes() / 1_000_000);
            folder = images.directory().resolve(image.id());
        }
        Path disk = directory.resolve("disk.raw");
        var manifest = ImageManifest.fromMap(JsonMapper.shared().readValue(Files.readAllBytes(folder.resolve("manifest.json")), Map.class));
        try (var out = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ImageManifest.Chunk chunk : manifest.chunks()) {
                out.write(ByteBuffer.wrap(Zstd.decompress(Files.readAllBytes(folder.resolve("chunks").resolve(chunk.sha256())), chunk.length())), chunk.offset());
            }
            out.write(ByteBuffer.allocate(1), DISK_BYTES - 1);
        }
        return disk;
    }

    private Process start(Path disk, byte[] drive, int port) throws IOException {
        Path iso = Files.write(directory.resolve("drive.iso"), drive);
        return new ProcessBuilder("qemu-system-x86_64", "-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1536",
                "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-no-reboot", "-boot", "strict=on",
                "-netdev", "user,id=n0,hostfwd=tcp:127.0.0.1:%d-:16514".formatted(port), "-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci",
                "-drive", "if=none,id=d0,format=raw,cache=unsafe,file=" + disk, "-device", "virtio-blk-pci,drive=d0,bootindex=1",
                "-drive", "if=none,id=d1,format=raw,readonly=on,file=" + iso, "-device", "virtio-blk-pci,drive=d1", "-serial", "file:" + serial).inheritIO().start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String console() throws IOException {
        String text = Files.exists(serial) ? new String(Files.readAllBytes(serial), StandardCharsets.ISO_8859_1).replaceAll("[^\\n\\x20-\\x7e]", "") : "(nothing)";
        return text.substring(Math.max(0, text.length() - 8000));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
