package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.demo.DemoMachine;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The main job by OpenStack's own command line, on a machine with real firmware and a real BMC protocol.
@Tag("root")
@Tag("qemu")
@Tag("client")
class BaremetalJobTest {
    private static final String NODE = "bios-1";
    private static final String WAIT = "240";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private TestRack rack;

    @TempDir
    private Path directory;

    @RegisterExtension
    final TestRack.Witness witness = new TestRack.Witness(() -> rack);

    @BeforeEach
    void start() throws Exception {
        rack = TestRack.start("cli", List.of(), MachineSpec.of(1, Firmware.BIOS));
    }

    @AfterEach
    void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    void the_baremetal_command_line_runs_the_main_job() throws Exception {
        DemoMachine machine = rack.target(NODE);
        baremetal("node", "create", "--driver", "ipmi", "--name", NODE, "--driver-info", "ipmi_address=" + machine.bmcAddress(),
                "--driver-info", "ipmi_username=" + machine.bmcUser(), "--driver-info", "ipmi_password=" + machine.bmcPassword());
        baremetal("node", "set", NODE, "--property", "capabilities=boot_mode:bios", "--resource-class", "bm");
        String uuid = show("uuid").path("uuid").asString();
        baremetal("port", "create", machine.mac(), "--node", uuid);
        baremetal("node", "manage", NODE, "--wait", WAIT);
        baremetal("node", "inspect", NODE, "--wait", WAIT);
        baremetal("node", "provide", NODE, "--wait", WAIT);
        assertThat(json("node", "list", "--provision-state", "available", "--fields", "name", "power_state").at("/0/Name").asString()).isEqualTo(NODE);

        Path drive = Files.createDirectories(directory.resolve("drive/openstack/latest"));
        Files.writeString(drive.resolve("meta_data.json"), "{\"uuid\": \"%s\", \"hostname\": \"by-cli\"}".formatted(uuid));
        baremetal("node", "set", NODE, "--instance-info", "image_source=" + TestRack.IMAGE);
        Instant deployed = Instant.now();
        baremetal("node", "deploy", NODE, "--wait", WAIT, "--config-drive", directory.resolve("drive").toString());
        rack.operator().awaitState(NODE, "active", LIMIT);
        Operator.await("the system to boot from disk with the config drive", LIMIT,
                () -> new Operator.Look(rack.console(NODE).contains("hostname=by-cli"), "since " + deployed + " it has not"));
        assertThat(rack.console(NODE)).contains("BOOTED-FROM-DISK fw=bios");

        baremetal("node", "power", "off", NODE);
        awaitPower("power off");
        baremetal("node", "power", "on", NODE);
        awaitPower("power on");
        baremetal("node", "maintenance", "set", NODE, "--reason", "a fan");
        assertThat(show("maintenance", "maintenance_reason").path("maintenance_reason").asString()).isEqualTo("a fan");
        baremetal("node", "maintenance", "unset", NODE);
        baremetal("node", "undeploy", NODE, "--wait", WAIT);
        assertThat(show("provision_state").path("provision_state").asString()).isEqualTo("available");
        baremetal("node", "delete", NODE);
        assertThat(json("node", "list").isEmpty()).isTrue();
    }

    private void awaitPower(String state) throws Exception {
        Operator.await(NODE + " to be " + state, LIMIT, () -> {
            JsonNode node = rack.operator().node(NODE);
            String now = node.path("power_state").asString("");
            return new Operator.Look(now.equals(state) && node.path("target_power_state").asString("").isEmpty(), "it is " + now);
        });
    }

    private JsonNode show(String... fields) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("node", "show", NODE, "--fields"));
        arguments.addAll(List.of(fields));
        return json(arguments.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-f", "json"));
        return BessemerClient.json(baremetal(all.toArray(String[]::new)));
    }

    private String baremetal(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("baremetal"));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("client.out");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(Map.of("OS_AUTH_TYPE", "none", "OS_ENDPOINT", rack.api(), "HOME", directory.toString()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException absent) {
            throw new AssertionError("The command 'baremetal' is missing. Install python3-ironicclient and python3-openstackclient.", absent);
        }
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("'%s' did not end within %d s: %s".formatted(String.join(" ", command), LIMIT.toSeconds(), Files.readString(out)));
        }
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), Files.readString(out)).isZero();
        return Files.readString(out);
    }
}
