package io.bessemer.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.images.IsoConfigDrive;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Builds host images, puts them together again from their chunks as an agent does, and boots them with a config drive.
@Tag("qemu")
class HostImageBootTest {
    private static final long DISK_BYTES = 4L << 30;

    @TempDir
    Path directory;

    private HttpServer server;
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            reports.add(exchange.getRequestURI() + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bios", "uefi"})
    void the_tiny_image_boots_and_reports_what_its_config_drive_says(String firmware) throws Exception {
        String url = "http://10.0.2.2:%d/v1/hosts/1/up?token=secret".formatted(server.getAddress().getPort());
        byte[] drive = new IsoConfigDrive().iso(Map.of("openstack/latest/meta_data.json",
                "{\"hostname\":\"vm-1\",\"bessemer\":{\"report_url\":\"%s\"}}".formatted(url).getBytes(StandardCharsets.UTF_8)));
        boot(new TinyImage(), firmware, 512, drive, Duration.ofSeconds(60), "hostname=vm-1");
    }

    /// Takes minutes.
    @ParameterizedTest
    @ValueSource(strings = {"bios", "uefi"})
    @Tag("slow")
    void the_debian_image_boots_and_cloud_init_finishes(String firmware) throws Exception {
        String url = "http://10.0.2.2:%d/up".formatted(server.getAddress().getPort());
        byte[] drive = new IsoConfigDrive().iso(Map.of(
                "openstack/latest/meta_data.json", "{\"uuid\":\"6f1c7b1e-0000-4000-8000-000000000001\",\"hostname\":\"vm-1\"}".getBytes(StandardCharsets.UTF_8),
                "openstack/latest/user_data", "#cloud-config\nphone_home: {url: '%s', post: [hostname, instance_id], tries: 3}\n".formatted(url).getBytes(StandardCharsets.UTF_8)));
        boot(new DebianHostImage(), firmware, 1024, drive, Duration.ofSeconds(400), "vm-1");
    }

    @Test
    void an_image_is_not_built_again_when_nothing_changed() throws Exception {
        try (var images = new ImageDirectory(ImageSettings.of(directory.resolve("images")))) {
            var builder = new HostImageBuilder(images, cache());
            ImageInfo first = builder.build(new TinyImage(), Progress.SILENT);
            assertThat(builder.build(new TinyImage(), Progress.SILENT)).isEqualTo(first);
            assertThat(images.list()).containsExactly(first);
        }
    }

    private void boot(HostImage recipe, String firmware, int memoryMib, byte[] drive, Duration limit, String expected) throws Exception {
        Path data = Path.of(System.getProperty("bessemer.images", directory.resolve("images").toString()));
        Path disk = directory.resolve("disk.raw");
        try (var images = new ImageDirectory(ImageSettings.of(data))) {
            long begin = System.nanoTime();
            ImageInfo image = new HostImageBuilder(images, cache()).build(recipe, Progress.SILENT);
            System.out.printf("%s: built in %.1f s, disk %d MB, data %d MB, stored %d MB%n", recipe.name(), seconds(begin), image.virtualBytes() / 1_000_000,
                    image.dataBytes() / 1_000_000, image.storedBytes() / 1_000_000);
            restore(images.directory().resolve(image.id()), disk);
        }
        Path iso = Files.write(directory.resolve("drive.iso"), drive);
        Path serial = directory.resolve("serial.log");
        long powerOn = System.nanoTime();
        Process machine = start(firmware, memoryMib, disk, iso, serial);
        try {
            String report = reports.poll(limit.toSeconds(), TimeUnit.SECONDS);
            System.out.printf("%s %s: reported %.1f s after power on: %s%n%s%n", recipe.name(), firmware, seconds(powerOn), report, tail(serial));
            assertThat(report).as("report within %s; console:%n%s", limit, tail(serial)).isNotNull();
            assertThat(console(serial) + report).contains(expected);
            if (recipe instanceof TinyImage) {
                assertThat(console(serial)).contains("BOOTED-FROM-DISK fw=" + firmware);
                assertThat(report).startsWith("/v1/hosts/1/up?token=secret").contains(firmware);
            }
        } finally {
            machine.destroyForcibly().waitFor();
        }
    }

    @SuppressWarnings("unchecked")
    private static void restore(Path folder, Path disk) throws Exception {
        var manifest = ImageManifest.fromMap(JsonMapper.shared().readValue(Files.readAllBytes(folder.resolve("manifest.json")), Map.class));
        try (var out = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ImageManifest.Chunk chunk : manifest.chunks()) {
                out.write(ByteBuffer.wrap(Zstd.decompress(Files.readAllBytes(folder.resolve("chunks").resolve(chunk.sha256())), chunk.length())), chunk.offset());
            }
            out.write(ByteBuffer.allocate(1), DISK_BYTES - 1);
        }
    }

    private Process start(String firmware, int memoryMib, Path disk, Path iso, Path serial) throws IOException {
        DebianPackages.require(List.of("qemu-system-x86_64", "/usr/share/OVMF/OVMF_CODE_4M.fd"), Progress.SILENT);
        var words = new ArrayList<>(List.of("qemu-system-x86_64", "-machine", firmware.equals("uefi") ? "q35" : "pc", "-accel", "tcg,thread=multi", "-cpu", "max",
                "-smp", "1", "-m", Integer.toString(memoryMib), "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-no-reboot", "-boot", "strict=on",
                "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci",
                "-drive", "if=none,id=d0,format=raw,cache=unsafe,file=" + disk, "-device", "virtio-blk-pci,drive=d0,bootindex=1",
                "-drive", "if=none,id=d1,format=raw,readonly=on,file=" + iso, "-device", "virtio-blk-pci,drive=d1", "-serial", "file:" + serial));
        if (firmware.equals("uefi")) {
            Path variables = Files.copy(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), directory.resolve("vars.fd"), StandardCopyOption.REPLACE_EXISTING);
            words.addAll(List.of("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
                    "-drive", "if=pflash,unit=1,format=raw,file=" + variables, "-global", "ICH9-LPC.disable_s3=1"));
        }
        return new ProcessBuilder(words).inheritIO().start();
    }

    private Path cache() {
        return Path.of(System.getProperty("bessemer.cache", directory.resolve("cache").toString()));
    }

    private static String console(Path serial) throws IOException {
        return Files.exists(serial) ? new String(Files.readAllBytes(serial), StandardCharsets.ISO_8859_1).replaceAll("[^\\n\\x20-\\x7e]", "") : "(nothing)";
    }

    private static String tail(Path serial) throws IOException {
        String text = console(serial);
        return text.substring(Math.max(0, text.length() - 4000));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
