package io.bessemer.pxe;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// All boot servers on loopback, on free ports, as a simulated rack has them. 127.0.0.1 is leased to `MAC`.
public final class RunningServer implements AutoCloseable {
    public static final String MAC = "52:54:00:aa:bb:01";

    public final RecordingDirectory directory = new RecordingDirectory().ramdiskFor(MAC);
    public final MemoryLeases leases = new MemoryLeases();
    public final Path boot;
    public final Path images;
    public final PxeServer server;
    public final byte[] kernel = new byte[3_000_007];

    public RunningServer(Path work) throws Exception {
        this(work, settings -> settings);
    }

    public RunningServer(Path work, UnaryOperator<PxeSettings> with) throws Exception {
        this(work, with, Optional.empty());
    }

    /// @param neighbourKeys by which machines deliver images to each other
    public RunningServer(Path work, UnaryOperator<PxeSettings> with, Optional<UnaryOperator<String>> neighbourKeys) throws Exception {
        boot = Files.createDirectories(work.resolve("data/boot"));
        images = Files.createDirectories(work.resolve("data/images"));
        new Random(1).nextBytes(kernel);
        Files.write(boot.resolve("vmlinuz"), kernel);
        Files.write(boot.resolve("initramfs"), new byte[1024]); // a whole number of TFTP blocks
        Files.write(boot.resolve("empty"), new byte[0]);
        Files.writeString(work.resolve("data/secret"), "secret");
        Files.writeString(boot.resolve(".hidden"), "secret");
        leases.save(new io.bessemer.core.lease.Lease(new io.bessemer.core.node.MacAddress(MAC), address("127.0.0.1"), java.time.Instant.parse("2099-01-01T00:00:00Z")));
        server = new PxeServer(with.apply(settings(boot, images)), directory, leases, neighbourKeys, Clock.systemUTC());
        server.start();
    }

    static PxeSettings settings(Path boot, Path images) {
        var on = new PxeSettings.Interface("", address("127.0.0.1"), 8, address("127.0.9.1"), address("127.0.9.100"), Optional.empty(), List.of());
        return PxeSettings.of(on, boot, images).withPorts(0, 68, 0, 0, 0).withReplyToSource(true).withDiscovery(true);
    }

    public String http(String path) {
        return "http://127.0.0.1:" + server.httpPort() + path;
    }

    public record Output(int status, byte[] bytes) {
        public String text() {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /// Runs a program that must be installed.
    public static Output run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (java.io.IOException missing) {
            throw new AssertionError("this test needs the program " + command[0] + "; install its Debian package", missing);
        }
        byte[] output = process.getInputStream().readAllBytes();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end");
        }
        return new Output(process.exitValue(), output);
    }

    public void await(String what, BooleanSupplier state) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("not seen in 10 s: " + what + "; events: " + directory.events + ", counters: " + server.counters());
            }
            Thread.onSpinWait();
        }
    }

    public static Inet4Address address(String literal) {
        try {
            return (Inet4Address) InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
