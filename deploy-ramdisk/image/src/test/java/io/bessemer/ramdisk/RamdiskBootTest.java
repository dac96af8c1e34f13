package io.bessemer.ramdisk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Builds the ramdisk from real packages and boots it. `-Dbessemer.agent.jar=` (and `target/lib` beside it) takes the real agent.
@Tag("qemu")
@TestInstance(Lifecycle.PER_CLASS)
class RamdiskBootTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    Path directory;

    private HttpServer api;
    private final BlockingQueue<String> sessions = new LinkedBlockingQueue<>();

    @BeforeAll
    void start_an_api() throws IOException {
        api = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        api.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean session = exchange.getRequestURI().getPath().endsWith("/session");
            byte[] answer = session ? "{\"agent_token\":\"t\",\"attempt\":1,\"poll_wait\":1,\"idle_power_off\":600}".getBytes(StandardCharsets.UTF_8) : new byte[0];
            if (session) {
                sessions.add(body);
            }
            exchange.sendResponseHeaders(session ? 201 : 204, session ? answer.length : -1);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
    }

    @AfterAll
    void stop_the_api() {
        api.stop(0);
    }

    @Test
    void an_unchanged_ramdisk_is_not_built_again() throws Exception {
        var settings = settings(Flavour.CLOUD);
        assertThat(new RamdiskBuilder(settings, Progress.SILENT).build().kernelBytes()).isPositive();
        assertThat(new RamdiskBuilder(settings, Progress.SILENT).build().built()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"CLOUD, bios, virtio-net-pci", "CLOUD, uefi, virtio-net-pci", "GENERIC, bios, e1000", "GENERIC, uefi, e1000e"})
    void a_machine_of_512_MB_opens_its_session(Flavour flavour, String firmware, String nic) throws Exception {
        long begin = System.nanoTime();
        Ramdisk ramdisk = new RamdiskBuilder(settings(flavour), (what, done, total) -> System.out.printf("%d/%d %s%n", done, total, what)).build();
        System.out.printf("%s: built in %.1f s, kernel %.1f MB, initramfs %.1f MB%n", flavour, seconds(begin),
                (double) ramdisk.kernelBytes() / MEGABYTE, (double) ramdisk.initramfsBytes() / MEGABYTE);
        assertThat(ramdisk.kernelBytes() + ramdisk.initramfsBytes()).isLessThan(60 * MEGABYTE);

        sessions.clear();
        Path serial = directory.resolve("serial-%s-%s.log".formatted(flavour, firmware));
        long powerOn = System.nanoTime();
        Process machine = start(ramdisk, firmware, nic, serial);
        try {
            String session = sessions.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            System.out.printf("%s %s %s: session %.1f s after power on%n%s%n", flavour, firmware, nic, seconds(powerOn), console(serial));
            assertThat(session).as("session within %s; console:%n%s", LIMIT, console(serial)).isNotNull().contains(firmware);
        } finally {
            machine.destroyForcibly().waitFor();
        }
    }

    private Process start(Ramdisk ramdisk, String firmware, String nic, Path serial) throws IOException {
        DebianPackages.require(List.of("qemu-system-x86_64", "/usr/share/OVMF/OVMF_CODE_4M.fd"), Progress.SILENT);
        // user networking: the guest reaches loopback of this machine as 10.0.2.2
        String arguments = "console=ttyS0 quiet rootfstype=ramfs bessemer.api=http://10.0.2.2:%1$d bessemer.content=http://10.0.2.2:%1$d bessemer.node=%2$s bessemer.attempt=1 bessemer.token=secret BOOTIF=52:54:00:12:34:56"
                .formatted(api.getAddress().getPort(), "6f1c7b1e-0000-4000-8000-000000000001");
        var words = new ArrayList<>(List.of("qemu-system-x86_64", "-machine", firmware.equals("uefi") ? "q35" : "pc", "-accel", "tcg,thread=multi", "-cpu", "max",
                "-smp", "1", "-m", "512", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-no-reboot",
                "-netdev", "user,id=n0", "-device", nic + ",netdev=n0,mac=52:54:00:12:34:56,romfile=", "-device", "virtio-rng-pci",
                "-serial", "file:" + serial, "-kernel", ramdisk.kernel().toString(), "-initrd", ramdisk.initramfs().toString(), "-append", arguments));
        if (firmware.equals("uefi")) {
            Path variables = Files.copy(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), directory.resolve("vars.fd"), StandardCopyOption.REPLACE_EXISTING);
            words.addAll(List.of("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
                    "-drive", "if=pflash,unit=1,format=raw,file=" + variables, "-global", "ICH9-LPC.disable_s3=1"));
        }
        return new ProcessBuilder(words).inheritIO().start();
    }

    private RamdiskSettings settings(Flavour flavour) throws IOException {
        Path cache = Path.of(System.getProperty("bessemer.cache", directory.resolve("cache").toString()));
        String real = System.getProperty("bessemer.agent.jar");
        if (real != null) {
            Path jar = Path.of(real);
            try (var libraries = Files.list(jar.resolveSibling("lib"))) {
                return RamdiskSettings.of(directory.resolve("boot-" + flavour), cache, jar, libraries.toList(), flavour);
            }
        }
        return RamdiskSettings.of(directory.resolve("boot-" + flavour), cache, standIn(), List.of(), flavour);
    }

    private Path standIn() throws IOException {
        Path jar = directory.resolve("stand-in.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandInAgent.class.getName());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry(StandInAgent.class.getName().replace('.', '/') + ".class"));
            try (var in = StandInAgent.class.getResourceAsStream("StandInAgent.class")) {
                in.transferTo(out);
            }
            out.putNextEntry(new JarEntry("tools.txt"));
            out.write("sgdisk\nreboot # of busybox\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static String console(Path serial) throws IOException {
        return Files.exists(serial) ? new String(Files.readAllBytes(serial), StandardCharsets.ISO_8859_1).replaceAll("[^\\n\\x20-\\x7e]", "") : "(nothing)";
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
