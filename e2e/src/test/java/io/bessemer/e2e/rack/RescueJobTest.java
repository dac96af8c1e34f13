package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.demo.MachineRun;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A host in use is rescued, logged in to, given back to its own system, and then serviced with a pause for a person.
@Tag("root")
@Tag("qemu")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RescueJobTest {
    private static final String NODE = "bios-1";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String PASSWORD = "open-" + UUID.randomUUID();

    @TempDir
    static Path directory;
    private static TestRack rack;
    private static Operator operator;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.start("resc", List.of(), MachineSpec.of(1, Firmware.BIOS));
        operator = rack.operator();
        var run = new MachineRun(rack.target(NODE), rack.client(), TestRack.IMAGE, LIMIT);
        run.run();
        assertThat(run.failure()).isEmpty();
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    @Order(1)
    void somebody_logs_in_to_a_rescued_machine_with_the_password_and_with_no_other() throws Exception {
        operator.request(NODE, "rescue", Map.of("rescue_password", PASSWORD));
        operator.awaitState(NODE, "rescue", LIMIT);
        String address = operator.node(NODE).at("/driver_internal_info/rescue_address").asString("");
        assertThat(address).startsWith(rack.machine(NODE).spec().network().prefix());

        Login login = login(address, PASSWORD, "id -u; id -un; hostname; cat /proc/cmdline; sed -n 's/^model name.*/a machine/p' /proc/cpuinfo; ls /dev/[sv]da");
        assertThat(login.code()).as(login.output()).isZero();
        assertThat(login.output()).startsWith("0\n").contains("bessemer-").contains("bessemer.node=").containsPattern("/dev/[sv]da").doesNotContain(PASSWORD);
        assertThat(login(address, PASSWORD + "x", "id").code()).as("another password").isNotZero();
    }

    @Test
    @Order(2)
    void unrescue_brings_its_own_system_back() throws Exception {
        int before = boots();
        operator.request(NODE, "unrescue");
        operator.awaitState(NODE, "active", LIMIT);
        awaitBoots(before + 1);
        JsonNode node = operator.node(NODE);
        assertThat(node.path("last_error").asString("")).isEmpty();
        assertThat(node.at("/driver_internal_info/rescue_address").isString()).isFalse();
        assertThat(operator.history(NODE)).containsSubsequence("active → rescuing (rescue)", "rescuing → rescue (done)", "rescue → unrescuing (unrescue)",
                "unrescuing → active (done)");
    }

    @Test
    @Order(3)
    void a_service_runs_in_the_ramdisk_holds_for_a_person_and_returns_to_the_disk() throws Exception {
        int before = boots();
        Instant begin = Instant.now();
        operator.request(NODE, "service", Map.of("service_steps", List.of(
                Map.of("interface", "deploy", "step", "burnin_cpu", "args", Map.of("seconds", 2)), Map.of("interface", "power", "step", "hold"))));
        operator.awaitState(NODE, "service hold", LIMIT);
        assertThat(operator.node(NODE).at("/service_step/step").asString("")).isEqualTo("hold");
        assertThat(operator.timeline(NODE)).anyMatch(event -> Operator.is(event, "command", "burnin_cpu-done") && Operator.at(event).isAfter(begin));
        operator.request(NODE, "unhold");
        operator.awaitState(NODE, "active", LIMIT);
        awaitBoots(before + 1);
        assertThat(operator.node(NODE).path("service_step").isEmpty()).isTrue();
    }

    @Test
    @Order(4)
    void the_password_is_in_no_log_and_on_no_console() throws Exception {
        assertThat(rack.serverLog()).contains("Rescue is done").doesNotContain(PASSWORD).doesNotContain("$6$").doesNotContain(" ERROR ");
        assertThat(rack.console(NODE)).contains("rescue (open the rescue login)").doesNotContain(PASSWORD).doesNotContain("$6$");
        assertThat(String.valueOf(operator.node(NODE))).doesNotContain(PASSWORD).doesNotContain("$6$");
    }

    private static int boots() {
        return rack.console(NODE).split("BOOTED-FROM-DISK", -1).length - 1;
    }

    private static void awaitBoots(int wanted) throws Exception {
        Operator.await("boot %d from its own disk".formatted(wanted), LIMIT, () -> new Operator.Look(boots() >= wanted, "it booted %d times".formatted(boots())));
    }

    private record Login(int code, String output) {}

    /// ssh asks a program for the password: it takes none from its input without a terminal.
    private static Login login(String address, String password, String command) throws IOException, InterruptedException {
        Path ask = directory.resolve("ask");
        Files.deleteIfExists(ask);
        Files.createFile(ask, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(ask, "#!/bin/sh\necho '%s'\n".formatted(password));
        List<String> words = new ArrayList<>(List.of("ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "PubkeyAuthentication=no",
                "-o", "NumberOfPasswordPrompts=1", "-o", "ConnectTimeout=30", "-o", "LogLevel=ERROR", "rescue@" + address, command));
        Path out = Files.createTempFile(directory, "ssh", ".out");
        ProcessBuilder ssh = new ProcessBuilder(rack.inNetwork(words)).redirectErrorStream(true).redirectOutput(out.toFile());
        ssh.environment().putAll(Map.of("SSH_ASKPASS", ask.toString(), "SSH_ASKPASS_REQUIRE", "force"));
        Process process = ssh.start();
        process.getOutputStream().close();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("ssh did not end within 90 s: " + Files.readString(out));
        }
        return new Login(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }
}
