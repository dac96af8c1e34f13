package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.ConsoleConnection;
import io.bessemer.cli.demo.MachineRun;
import io.bessemer.cli.demo.PhaseTable;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.BootWay;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.ProvisioningNetwork;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The main job on the three ways to boot from the network, and on two networks that do not reach each other.
@Tag("root")
@Tag("qemu")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String BIOS = "bios-1";
    private static final String UEFI_PXE = "uefi-2";
    private static final String UEFI_HTTP = "uefi-3";

    private static TestRack rack;
    private static Operator operator;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.start("main", List.of(), MachineSpec.of(1, Firmware.BIOS),
                MachineSpec.of(2, Firmware.UEFI).bootingBy(BootWay.OVMF_PXE).on(ProvisioningNetwork.SECOND), MachineSpec.of(3, Firmware.UEFI).bootingBy(BootWay.OVMF_HTTP));
        operator = rack.operator();
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    @Order(1)
    void three_powered_off_machines_become_hosts() throws Exception {
        List<MachineRun> runs = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of(BIOS, UEFI_PXE, UEFI_HTTP)) {
            var run = new MachineRun(rack.target(name), rack.client(), TestRack.IMAGE, LIMIT);
            runs.add(run);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    run.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        PhaseTable.stages(runs).print(Terminal.ofProcess());
        PhaseTable.boots(runs).print(Terminal.ofProcess());
        assertThat(runs).extracting(MachineRun::failure).containsOnly("");
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void its_record_is_that_of_a_host_without_a_fault(String name) throws Exception {
        JsonNode node = operator.node(name);
        assertThat(node.path("provision_state").asString()).isEqualTo("active");
        assertThat(node.path("power_state").asString()).isEqualTo("power on");
        assertThat(node.path("last_error").asString("")).isEmpty();
        assertThat(node.path("reservation").asString("")).isEmpty();
        assertThat(node.path("maintenance").asBoolean(true)).isFalse();
        assertThat(operator.history(name)).containsSubsequence("enroll → verifying (manage)", "verifying → manageable (done)",
                "manageable → inspecting (inspect)", "manageable → cleaning (provide)", "available → deploying (deploy)",
                "wait call-back → deploying (resume)", "deploying → active (done)");
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void its_inventory_is_that_of_the_machine(String name) throws Exception {
        MachineSpec spec = rack.machine(name).spec();
        JsonNode inventory = rack.client().get("/v1/nodes/" + name + "/inventory").path("inventory");
        assertThat(inventory.at("/cpu/count").asInt(0)).isEqualTo(1);
        assertThat(inventory.at("/memory/physical_mb").asInt(0)).isBetween(400, 512);
        assertThat(inventory.at("/disks").size()).isEqualTo(1);
        assertThat(inventory.at("/disks/0/size").asLong(0)).isEqualTo(spec.diskBytes());
        assertThat(inventory.at("/disks/0/serial").asString("")).isEqualTo(spec.serial());
        assertThat(inventory.at("/interfaces/0/mac_address").asString("")).isEqualTo(spec.mac());
        assertThat(inventory.at("/boot/current_boot_mode").asString("")).isEqualTo(spec.firmware() == Firmware.UEFI ? "uefi" : "bios");
        assertThat(inventory.at("/system_vendor/serial_number").asString("")).isEqualTo(spec.serial());
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void it_booted_from_its_own_disk_with_its_own_firmware(String name) {
        String firmware = rack.machine(name).spec().firmware() == Firmware.UEFI ? "uefi" : "bios";
        assertThat(rack.console(name)).containsOnlyOnce("BOOTED-FROM-DISK fw=" + firmware + " root=/dev/").containsOnlyOnce("REPORTED")
                .contains("hostname=" + name);
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void its_timeline_has_every_phase_in_order(String name) throws Exception {
        List<JsonNode> timeline = operator.timeline(name);
        List<Instant> times = timeline.stream().map(Operator::at).toList();
        assertThat(times).isSorted();
        List<String> firsts = timeline.stream().map(event -> event.path("phase").asString("")).distinct()
                .filter(phase -> !phase.equals("command")).toList(); // a change of state is one too
        if (name.equals(BIOS)) {
            assertThat(firsts).containsExactly("power", "dhcp", "script", "kernel", "agent", "disk boot", "host");
        } else {
            assertThat(firsts).containsExactly("power", "dhcp", "loader", "script", "kernel", "agent", "disk boot", "host");
        }
        assertThat(timeline).anyMatch(event -> Operator.is(event, "command", "write_image-done"));
        List<String> loaderSources = timeline.stream().filter(event -> event.path("phase").asString("").equals("loader"))
                .map(event -> event.path("source").asString("")).distinct().toList();
        switch (name) {
            case UEFI_PXE -> {
                assertThat(loaderSources).containsExactly("tftp");
                assertThat(timeline).anyMatch(event -> Operator.is(event, "loader", "read-request"));
            }
            case UEFI_HTTP -> assertThat(loaderSources).containsExactly("http");
            default -> assertThat(loaderSources).isEmpty();
        }
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void agent_and_host_spoke_on_the_network_of_the_machine(String name) throws Exception {
        String network = rack.machine(name).spec().network().prefix();
        List<JsonNode> spoke = operator.timeline(name).stream().filter(event -> Operator.is(event, "agent", "session") || Operator.is(event, "host", "up")).toList();
        assertThat(spoke).extracting(event -> event.path("event").asString("")).contains("session", "up");
        assertThat(spoke).allSatisfy(event -> assertThat(event.at("/details/address").asString("")).startsWith(network));
    }

    /// By Serial Over LAN of its BMC, while it was inspected, cleaned and deployed: the way it took as seen from within.
    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {BIOS, UEFI_PXE, UEFI_HTTP})
    void its_console_was_recorded_from_the_firmware_to_the_host(String name) throws Exception {
        String log = rack.client().text("/v1/nodes/" + name + "/console/log?lines=5000");
        String deployed = log.substring(log.lastIndexOf("=== deploy of " + name + " begins"));
        assertThat(log).contains("=== inspect of " + name + " begins", "[console connected]", "bessemer [", " userspace, Linux ", "bessemer-agent: ", " inspect succeeded");
        assertThat(deployed).contains("write_image succeeded", "BOOTED-FROM-DISK").doesNotContain("console lost", "bytes were lost");
        assertThat(rack.client().text("/v1/nodes/" + name + "/console/log?lines=5000&raw=true")).doesNotContainPattern("(?i)token=[^*\\s]");
        assertThat(log.lines().filter(line -> line.startsWith("bessemer-agent: ")).toList()).as("every line that the machine wrote")
                .isEqualTo(rack.console(name).lines().filter(line -> line.startsWith("bessemer-agent: ")).toList());
    }

    /// At the shell of the tiny image, over API, server, BMC and serial port and back.
    @Test
    @Order(2)
    void somebody_types_at_its_console() throws Exception {
        var screen = new ByteArrayOutputStream();
        try (ConsoleConnection console = rack.client().console(BIOS, new PrintStream(screen, true, StandardCharsets.UTF_8))) {
            Operator.await("the console to be connected", LIMIT, () -> new Operator.Look(screen.toString(StandardCharsets.UTF_8).contains("[console connected"), screen.toString(StandardCharsets.UTF_8)));
            console.type("echo six times seven is $((6*7))\r".getBytes(StandardCharsets.US_ASCII));
            Operator.await("the shell to answer", LIMIT, () -> new Operator.Look(screen.toString(StandardCharsets.UTF_8).contains("is 42\r\n"), screen.toString(StandardCharsets.UTF_8)));
        }
    }

    @Test
    @Order(3)
    void one_is_taken_down_and_one_is_rebuilt_beside_it() throws Exception {
        Instant begin = Instant.now();
        operator.request(BIOS, "deleted");
        operator.request(UEFI_PXE, "rebuild", Map.of("configdrive", Map.of("meta_data", Map.of("hostname", "second"))));
        operator.awaitState(BIOS, "available", LIMIT);
        JsonNode free = operator.node(BIOS);
        assertThat(free.path("instance_info").isEmpty()).isTrue();
        assertThat(free.path("last_error").asString("")).isEmpty();
        assertThat(operator.history(BIOS)).contains("deleting → cleaning (clean)");
        operator.awaitState(UEFI_PXE, "active", LIMIT);
        operator.awaitEvent(List.of(UEFI_PXE), begin, event -> Operator.is(event, "host", "up"), "the second system to report", LIMIT);
        assertThat(rack.console(UEFI_PXE)).contains("hostname=second");
        assertThat(operator.history(UEFI_PXE)).contains("active → deploying (rebuild)");
    }

    @Test
    @Order(4)
    void the_server_log_has_no_secrets_and_no_errors() throws Exception {
        assertThat(rack.serverLog()).contains("Host is up")
                .doesNotContain(rack.target(BIOS).bmcPassword()).doesNotContainPattern("(?i)(token|password)[=:] *[^* ]")
                .doesNotContain(" ERROR ");
    }
}
