package io.bessemer.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.program.Command;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Of each hundred frames three are lost, two come twice and ten overtake others, both ways; each takes 5 ms. What is on the other side are
/// programs of others: udhcpc, tftp, curl, bmcsim.
@Tag("root")
@Timeout(180)
class LossyWireTest {
    private static final int ORDERS = 25;

    @TempDir
    private Path directory;
    private LossyWire wire;

    @BeforeEach
    void connect() throws Exception {
        wire = LossyWire.start(directory, 3, 2, 10, 5, 20260105);
    }

    @AfterEach
    void cut() throws Exception {
        wire.close();
    }

    @Test
    void a_machine_gets_its_address_and_whole_files() throws Exception {
        byte[] kernel = new byte[300_000];
        new Random(1).nextBytes(kernel);
        Path boot = Files.createDirectories(directory.resolve("boot"));
        Files.write(boot.resolve("vmlinuz"), kernel);
        Files.createDirectories(boot.resolve("images"));
        Process server = wire.java(WireServer.class, directory.resolve("server.log"), boot.toString());
        assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).as(Files.readString(directory.resolve("server.log"))).isEqualTo("READY");

        Path script = program("udhcpc", "#!/bin/sh\n[ \"$1\" != bound ] || echo \"$ip\" > %s\n".formatted(directory.resolve("address")));
        Command.of(wire.onMachine("busybox", "udhcpc", "-f", "-n", "-q", "-i", "wire0", "-t", "15", "-T", "1", "-s", script.toString()))
                .timeout(Duration.ofSeconds(40)).run();
        assertThat(Files.readString(directory.resolve("address"))).matches("172\\.25\\.0\\.1\\d\\d\n");

        Path fetched = directory.resolve("fetched");
        // curl would ask for six seconds before each block is sent again
        Command.of(wire.onMachine("busybox", "tftp", "-g", "-b", "1432", "-l", fetched.toString(), "-r", "vmlinuz", LossyWire.SERVER)).timeout(Duration.ofSeconds(90)).run();
        assertThat(Files.readAllBytes(fetched)).isEqualTo(kernel);

        // the first part of it came before the connection broke; the rest is asked for, and no byte twice
        Files.write(fetched, Arrays.copyOf(kernel, 123_457));
        String got = Command.of(wire.onMachine("curl", "-sS", "--max-time", "60", "-C", "-", "-w", "%{http_code} %{size_download}", "-o", fetched.toString(),
                "http://%s:8088/boot/files/vmlinuz".formatted(LossyWire.SERVER))).timeout(Duration.ofSeconds(70)).run();
        assertThat(got).isEqualTo("206 176543");
        assertThat(Files.readAllBytes(fetched)).isEqualTo(kernel);
        requireBadWire();
    }

    /// The BMC drops what it has seen before, as IPMI 2.0 §6.12.12 wants it. `ipmi_sim` does not: it executes a request as often as its frame comes.
    @Test
    void a_machine_is_reset_once_for_each_order_and_what_is_uncertain_is_told() throws Exception {
        Path program = directory.resolve("bmcsim");
        Command.of("gcc", "-O2", "-w", "-o", program.toString(), Path.of("../ipmi-driver/src/test/c/bmcsim.c").toAbsolutePath().toString(), "-lcrypto").run();
        Process bmc = wire.start(wire.onMachine(program.toString(), "-p", "623", "-w"), directory.resolve("bmcsim.log"));
        assertThat(bmc.inputReader(StandardCharsets.UTF_8).readLine()).as(Files.readString(directory.resolve("bmcsim.log"))).isEqualTo("623");
        Path errors = directory.resolve("power.log");
        Process power = wire.java(WirePower.class, errors, LossyWire.MACHINE, "623", "admin", "secret", Integer.toString(ORDERS));
        List<String> told;
        try (BufferedReader lines = power.inputReader(StandardCharsets.UTF_8)) {
            told = lines.lines().toList();
        }
        assertThat(power.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(told).as(Files.readString(errors)).hasSize(ORDERS + 1);
        int done = Collections.frequency(told, "done");
        int uncertain = Collections.frequency(told, "uncertain");
        int executed = Integer.parseInt(told.getLast().substring("executed ".length())) - 1; // the first one turned it on
        System.out.printf("%d orders: %d done, %d uncertain, %d executed; %s%n", ORDERS, done, uncertain, executed, Files.readString(errors).strip());
        assertThat(done + uncertain).isEqualTo(ORDERS);
        assertThat(uncertain).as("orders whose answer was lost").isLessThan(ORDERS / 3);
        assertThat(executed).as("executed, of %d that are done and %d that are uncertain", done, uncertain).isBetween(done, done + uncertain);
        requireBadWire();
    }

    /// A test of a bad wire on a good one would show nothing.
    private void requireBadWire() throws Exception {
        String told = wire.end();
        System.out.println(told);
        assertThat(told).matches("carried [1-9]\\d* lost [1-9]\\d* doubled [1-9]\\d* reordered [1-9]\\d* overrun 0");
    }

    private Path program(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
