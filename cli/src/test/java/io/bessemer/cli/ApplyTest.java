package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.lab.simulated.SimulatedRack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ApplyTest {
    @TempDir
    static Path directory;
    private static ServerSite site;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        site = new ServerSite(directory, 1);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static final String RACK = """
            availability_zones:
              - name: az-left
                description: the left half
            host_profiles:
              - name: plain
                image: debian-12
                networks:
                  - {name: default, bridge: virbr0, cidr: 10.9.0.0/24}
                deadlines: {drain: PT2H}
            ---
            nodes:
              - name: web-1
                driver: ipmi
                driver_info: {ipmi_address: 10.0.0.7, ipmi_username: admin, ipmi_password: hunter2, ipmi_port: 623}
                properties: {cpus: 8}
                resource_class: gold
                traits: [HW_CPU_X86_SVM, CUSTOM_A]
                owner: ops
                extra: {rack: r1}
                ports:
                  - 52:54:00:12:34:56
                  - {address: 52:54:00:aa:BB:01, pxe_enabled: false}
            host_pools:
              - name: left-kvm
                zone: az-left
                profile: plain
                size: 0
                selector: {traits: [HW_CPU_X86_SVM], racks: [r1]}
                limits: {canary: false}
            """;

    @Test
    void a_file_is_planned_made_and_found_made() throws Exception {
        Path file = file(RACK);
        assertThat(run("apply", "-f", file.toString(), "--dry-run")).isZero();
        assertThat(printed()).contains("+ zone az-left", "+ node web-1", "    driver_info/ipmi_password: ******", "    ports/52:54:00:12:34:56: ",
                "+ host pool left-kvm", "4 to create, 0 to change, 0 unchanged").doesNotContain("hunter2");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(get("/v1/nodes/web-1")).isNull();

        assertThat(run("apply", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("Give --yes to make these changes, or --dry-run");
        assertThat(get("/v1/nodes/web-1")).isNull();

        assertThat(run("apply", "-f", file.toString(), "--yes")).isZero();
        JsonNode node = get("/v1/nodes/web-1");
        assertThat(node.at("/driver_info/ipmi_password").asString()).isEqualTo("******");
        assertThat(node.at("/extra/rack").asString()).isEqualTo("r1");
        assertThat(node.get("traits")).hasSize(2);
        assertThat(node.get("provision_state").asString()).isEqualTo("enroll");
        assertThat(get("/v1/nodes/web-1/ports/detail").findValuesAsString("address")).containsExactly("52:54:00:12:34:56", "52:54:00:aa:bb:01");
        assertThat(get("/v1/host_profiles/plain").at("/deadlines/drain").asInt()).isEqualTo(7200);

        assertThat(run("apply", "-f", file.toString(), "--yes", "-o", "json")).isZero();
        JsonNode again = BessemerClient.json(printed());
        assertThat(again.get("applied").asBoolean()).isFalse();
        assertThat(again.get("changes").findValuesAsString("action")).containsOnly("unchanged");

        Path changed = file(RACK.replace("owner: ops", "owner: dev").replace("cpus: 8", "cpus: 16").replace(", CUSTOM_A", "").replace("size: 0", "size: 2")
                .replace("racks: [r1]", "racks: [r2, r1]").replace("pxe_enabled: false", "pxe_enabled: true").replace("PT2H", "600"));
        assertThat(run("apply", "-f", changed.toString(), "--yes")).isZero();
        assertThat(printed()).contains("    owner: ops -> dev", "    properties/cpus: 8 -> 16", "    size: 0 -> 2", "    deadlines/drain: 7200 -> 600",
                "    ports/52:54:00:aa:bb:01: {\"pxe_enabled\":false} -> {\"pxe_enabled\":true}", "0 to create, 3 to change, 1 unchanged");
        assertThat(run("apply", "-f", changed.toString(), "--yes")).isZero();
        assertThat(printed()).contains("0 to create, 0 to change, 4 unchanged");
        assertThat(get("/v1/nodes/web-1").at("/driver_info/ipmi_port").asInt()).isEqualTo(623);

        assertThat(run("apply", "-f", changed.toString(), "--dry-run", "--set-secrets")).isZero();
        assertThat(printed()).contains("driver_info/ipmi_password: ****** -> ******", "1 to change").doesNotContain("hunter2");
        pools_are_looked_at_and_changed();
    }

    private void pools_are_looked_at_and_changed() throws Exception {
        assertThat(run("pool", "list")).isZero();
        assertThat(printed()).contains("left-kvm", "0 of 2");
        assertThat(run("zone", "list")).isZero();
        assertThat(printed()).contains("az-left ", "0 of 0 GiB");
        assertThat(run("pool", "scale", "left-kvm", "3")).isZero();
        assertThat(printed()).startsWith("left-kvm shall have 3 hosts; it has 0 enabled.");
        assertThat(run("pool", "halt", "left-kvm", "--reason", "wrong image")).isZero();
        assertThat(run("pool", "show", "left-kvm")).isZero();
        assertThat(printed()).contains("Halted: wrong image.", "racks r1, r2", "No members yet.");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("pool", "resume", "left-kvm")).isZero();
        assertThat(get("/v1/host_pools/left-kvm").get("halted").isNull()).isTrue();
        assertThat(run("pool", "reimage", "left-kvm")).isZero();
        assertThat(printed()).startsWith("0 hosts of left-kvm will be imaged again.");
        assertThat(run("pool", "scale", "left-kvm", "-1")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: size: -1 is not between 0 and 10000.\n");
        assertThat(run("hypervisor", "list")).isZero();
        assertThat(printed()).startsWith("No hypervisors yet.");
        assertThat(run("hypervisor", "drain", "web-1")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: Hypervisor web-1 could not be found.\n");
        run("pool", "scale", "left-kvm", "0");
    }

    @Test
    void the_file_of_the_how_to_can_be_applied() throws Exception {
        String page = Files.readString(Path.of("../docs/how-to/pools.md"));
        Path file = file(page.substring(page.indexOf("```yaml") + "```yaml".length(), page.lastIndexOf("```")).replace("state: available", "state: enroll"));
        assertThat(run("apply", "-f", file.toString(), "--yes")).as(complained()).isZero();
        assertThat(printed()).contains("4 to create, 0 to change, 0 unchanged");
        assertThat(run("apply", "-f", file.toString(), "--yes")).isZero();
        assertThat(printed()).contains("0 to create, 0 to change, 4 unchanged");
        run("pool", "scale", "az1-kvm", "0");
    }

    @Test
    void a_list_that_is_too_long_for_a_line_is_shown_by_what_comes_and_goes() throws Exception {
        String text = """
                host_profiles:
                  - name: lists
                    image: debian-12
                    networks:
                      - {name: default, bridge: virbr0, cidr: 10.9.0.0/24}
                      - {name: production, bridge: br0, nic: eth1}
                """;
        assertThat(run("apply", "-f", file(text).toString(), "--yes")).isZero();
        assertThat(run("apply", "-f", file(text.replace("nic: eth1", "nic: eth2")).toString(), "--dry-run")).isZero();
        assertThat(printed()).contains("""
                ~ host profile lists
                    networks:
                      - {"name":"production","bridge":"br0","nic":"eth1"}
                      + {"name":"production","bridge":"br0","nic":"eth2"}
                """).doesNotContain("virbr0");
    }

    @Test
    void a_machine_is_driven_to_available() throws Exception {
        var spec = site.rack.machines().getFirst().spec();
        Path file = file("""
                nodes:
                  - name: sim
                    driver: ipmi
                    driver_info: {ipmi_address: %s, ipmi_port: %d, ipmi_username: %s, ipmi_password: %s}
                    properties: {capabilities: "boot_mode:%s"}
                    ports: ["%s"]
                    state: available
                """.formatted(spec.bmcAddress(), spec.bmcPort(), SimulatedRack.BMC_USER, SimulatedRack.BMC_PASSWORD, spec.uefi() ? "uefi" : "bios", spec.mac()));
        assertThat(run("apply", "-f", file.toString(), "--yes", "--wait", "120")).as(complained()).isZero();
        assertThat(printed()).contains("    state: enroll -> available", "sim: enroll", "sim: available");
        JsonNode node = get("/v1/nodes/sim");
        assertThat(node.get("provision_state").asString()).isEqualTo("available");
        assertThat(node.get("inspection_finished_at").isNull()).isFalse();
        assertThat(run("apply", "-f", file.toString(), "--yes")).isZero();
        assertThat(printed()).contains("0 to create, 0 to change, 1 unchanged");
    }

    @Test
    void a_node_whose_bmc_is_dead_ends_the_command_with_its_error() throws Exception {
        Path file = file("""
                nodes:
                  - {name: dead, driver: ipmi, driver_info: {ipmi_address: 127.0.0.1, ipmi_port: 9, ipmi_username: u, ipmi_password: p}, state: available}
                """);
        assertThat(run("apply", "-f", file.toString(), "--yes", "--wait", "120")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("dead is 'enroll' again after 'manage': ", "./bessemer node explain dead");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nodes: [                                                        | :1: not YAML: ",
        "nodes: {}                                                       | :1: nodes: must be a list",
        "hosts: []                                                       | :1: hosts: is not known. Known: availability_zones, host_profiles, nodes, host_pools.",
        "- name: x                                                       | :1: expected lists called availability_zones,",
        "nodes: []                                                       | describes nothing. It should have lists called",
        "nodes: [{driver: ipmi}]                                         | :1: nodes/0: name is missing.",
        "nodes: [{name: a}]                                              | :1: nodes/0: driver is missing.",
        "nodes: [{name: 7, driver: ipmi}]                                | :1: nodes/0/name: '7' must be a string; put it in quotes.",
        "nodes:\\n- name: a\\n  driver: ipmi\\n  colour: red             | :4: nodes/0/colour: is not a field of a node here. Fields: name, driver,",
        "nodes:\\n- name: a\\n  name: b                                  | :3: 'name' is here twice.",
        "nodes:\\n- {name: a, driver: x}\\n- {name: a, driver: x}        | :3: nodes/1/name: node 'a' is there already, at ",
        "nodes: [{name: a, driver: x, state: active}]                    | :1: nodes/0/state: 'active' is not one of enroll, manageable, available.",
        "nodes: [{name: a, driver: x, ports: [nonsense]}]                | :1: nodes/0/ports/0: 'nonsense' is not a MAC address",
        "nodes: [{name: a, driver: x, traits: HW_A}]                     | :1: nodes/0/traits: must be a list of strings.",
        "host_pools: [{name: p, zone: z}]                                | :1: host_pools/0: profile is missing.",
    })
    void a_wrong_file_is_refused_by_line_and_field(String text, String reason) throws Exception {
        Path file = file(text.replace("\\n", "\n"));
        assertThat(run("apply", "-f", file.toString(), "--yes")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("bessemer: " + file).contains(reason);
    }

    @Test
    void what_the_server_refuses_has_its_line_too_and_what_was_made_before_is_told() throws Exception {
        Path file = file("""
                availability_zones:
                  - name: az-refused
                host_profiles:
                  - name: refused
                    image: debian-12
                    networks:
                      - name: default
                        bridge: a-bridge-of-16ch
                        nic: eth1
                """);
        assertThat(run("apply", "-f", file.toString(), "--yes")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains(file + ":8: host profile refused: networks/0/bridge: 'a-bridge-of-16ch' is not the name of a network interface",
                "1 of 2 changes were made before that. Correct it and apply again.");
    }

    @Test
    void a_file_that_is_not_there_and_a_server_that_is_not_there() throws Exception {
        assertThat(run("apply", "-f", "no/such.yaml")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("'no/such.yaml' cannot be read");
        assertThat(run("apply")).isEqualTo(ExitCode.USAGE);
        Path file = file("availability_zones: [{name: z}]");
        assertThat(execute("apply", "-f", file.toString(), "--dry-run", "--api", "http://127.0.0.1:1")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("No server answers at http://127.0.0.1:1");
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "rack", ".yaml"), text);
    }

    /// null when there is none
    private static JsonNode get(String path) throws Exception {
        try (var client = new BessemerClient(site.api)) {
            return client.get(path);
        } catch (ApiException e) {
            assertThat(e.status()).isEqualTo(404);
            return null;
        }
    }

    private int run(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--api");
        all.add(site.api);
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        out.reset();
        err.reset();
        var terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 80);
        return Main.commandLine(terminal).execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
