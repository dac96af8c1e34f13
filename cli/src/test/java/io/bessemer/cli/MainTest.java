package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            String body = answers.get(exchange.getRequestURI().getPath());
            byte[] bytes = (body == null
                    ? "{\"error_message\": {\"faultcode\": \"Client\", \"faultstring\": \"Node nope could not be found.\", \"debuginfo\": null}}"
                    : body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void an_image_goes_unless_the_server_says_that_it_is_used(@TempDir Path data) throws Exception {
        answers.put("/v1/host_profiles", "{\"host_profiles\": [{\"name\": \"kvm\", \"image\": \"small\"}]}");
        answers.put("/v1/nodes/detail", "{\"nodes\": [{\"name\": \"web-1\", \"provision_state\": \"active\", \"instance_info\": {\"image_source\": \"small\"}}]}");
        Path file = Files.write(data.resolve("small.raw"), new byte[1 << 20]);
        String[] where = {"--data-dir", data.toString()};
        assertThat(run(words(where, "image", "import", "small", file.toString(), "--format", "raw"))).as(complained()).isZero();
        String[] asked = {"--data-dir", data.toString(), "--api", api()};
        assertThat(run(words(asked, "image", "remove", "small", "--yes"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: small is used by host profile kvm, node web-1 (active). Give them another image first, or --force.\n");
        assertThat(run(words(asked, "image", "remove", "smal", "--yes"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("There is no image 'smal' in ", "There are: small.");
        answers.put("/v1/host_profiles", "{\"host_profiles\": []}");
        answers.put("/v1/nodes/detail", "{\"nodes\": []}");
        assertThat(run(words(asked, "image", "remove", "small"))).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("Remove image small (", "Nobody can be asked here");
        assertThat(run(words(where, "image", "list"))).isZero();
        assertThat(printed()).contains("small");
        assertThat(run(words(asked, "image", "remove", "small", "--yes"))).as(complained()).isZero();
        assertThat(printed()).isEqualTo("small is removed.\n");
        assertThat(run(words(where, "image", "list"))).isZero();
        assertThat(printed()).startsWith("No images yet.");
    }

    @Test
    void an_image_can_be_removed_without_a_server_and_with_force_although_it_is_used(@TempDir Path data) throws Exception {
        answers.put("/v1/host_profiles", "{\"host_profiles\": [{\"name\": \"kvm\", \"image\": \"small\"}]}");
        answers.put("/v1/nodes/detail", "{\"nodes\": []}");
        Path file = Files.write(data.resolve("small.raw"), new byte[1 << 20]);
        for (String[] how : List.of(new String[] {"--api", "http://127.0.0.1:1"}, new String[] {"--api", api(), "--force"})) {
            assertThat(run("image", "import", "small", file.toString(), "--format", "raw", "--data-dir", data.toString())).as(complained()).isZero();
            assertThat(run(words(how, "image", "remove", "small", "--data-dir", data.toString()))).isEqualTo(ExitCode.USAGE);
            assertThat(run(words(how, "image", "remove", "small", "--yes", "--data-dir", data.toString()))).as(complained()).isZero();
        }
    }

    private static String[] words(String[] more, String... words) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void the_completion_script_is_bash_and_knows_the_commands(@TempDir Path directory) throws Exception {
        assertThat(run("completion", "bash")).isZero();
        Path script = Files.writeString(directory.resolve("completion"), printed() + """
                COMP_WORDS=(./bessemer pool sc) COMP_CWORD=2
                _complete_bessemer
                echo "completed: ${COMPREPLY[*]}"
                """);
        Process bash = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("completed: scale\n");
        assertThat(run("completion", "fish")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void a_list_without_nodes_says_how_to_enrol_one() {
        answers.put("/v1/nodes/detail", "{\"nodes\": []}");
        assertThat(run("node", "list", "--api", api())).isZero();
        assertThat(printed()).startsWith("No nodes yet. Enrol one:").contains("baremetal node create --driver ipmi");
    }

    @Test
    void pools_that_are_not_there_are_to_be_described_in_a_file() {
        answers.put("/v1/host_pools", "{\"host_pools\": []}");
        answers.put("/v1/availability_zones", "{\"availability_zones\": []}");
        answers.put("/v1/host_profiles", "{\"host_profiles\": []}");
        assertThat(run("pool", "list", "--api", api())).isZero();
        assertThat(printed()).contains("No host pools yet.", "./bessemer apply -f rack.yaml");
        assertThat(run("zone", "list", "--api", api())).isZero();
        assertThat(printed()).contains("No availability zones yet.", "./bessemer apply -f rack.yaml");
        assertThat(run("profile", "list", "--api", api())).isZero();
        assertThat(printed()).contains("No host profiles yet.", "./bessemer apply -f rack.yaml");
    }

    private static final String WEB_1 = """
            {"node_uuid": "u", "node_name": "web-1", "pool": "az1-kvm", "zone": "az1", "state": "quarantined", "state_since": "2026-01-01T10:00:00Z",
             "created_at": "2026-01-01T09:00:00Z", "reason": "check 'cpu' failed: %s", "address": "10.0.0.7", "verbs": ["verify", "remove"],
             "certificate_serial": "ab12", "certificate_expires_at": "2020-01-01T00:00:00+00:00", "generation": 3, "outdated": true,
             "capacity": {"vcpus": 4, "vcpus_used": 1, "memory_mib": 8192, "memory_mib_used": 256, "disk_gib": 100, "disk_gib_used": 7, "guests": 1},
             "facts": {"kvm": {"device": false, "error": "no such file"}, "cloud": "disabled", "os": "Debian 12", "kernel": "6.1", "libvirt": "9.0.0", "agent": "0.1"},
             "links": [],
             "checks": [{"check": "first-boot", "status": "passed", "detail": "done", "seconds": 0.25},
                        {"check": "cpu", "status": "failed", "detail": "neither vmx nor svm\\nin /proc/cpuinfo", "seconds": 0.1}],
             "guests": [{"uuid": "g", "name": "g1", "state": "running", "vcpus": 1, "memory_mib": 256}]}""".formatted("the machine has no virtualization at all ".repeat(4));

    @Test
    void a_hypervisor_is_shown_with_why_checks_guests_and_its_nodes_last_events() {
        answers.put("/v1/hypervisors/web-1", WEB_1);
        answers.put("/v1/nodes/u/timeline", """
                {"timeline": [{"at": "2026-01-01T10:00:02.5+00:00", "phase": "kernel", "event": "file", "message": "initramfs fetched"}]}""");
        assertThat(run("hypervisor", "show", "web-1", "--api", api())).isZero();
        assertThat(printed()).startsWith("web-1 is 'quarantined' for ").contains("cpu failed:\n  neither vmx nor svm\n  in /proc/cpuinfo", "256 MiB",
                "az1-kvm in zone az1", "until 2020-01-01 (it has ended), serial ab12", "Cloud        disabled", "agent 0.1, libvirt 9.0.0",
                "not usable: no such file", "generation 3, outdated", "Timeline of its node (last 1 of 1)", "initramfs fetched", "verify, remove").doesNotContain("links");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_list_of_hypervisors_has_state_since_and_as_much_of_the_reason_as_fits() {
        answers.put("/v1/hypervisors", "{\"hypervisors\": [%s]}".formatted(WEB_1));
        assertThat(run("hypervisor", "list", "--api", api())).isZero();
        assertThat(printed()).startsWith("NODE   STATE        FOR").contains("web-1  quarantined", "check 'cpu' failed: ", "…");
        assertThat(printed().lines()).hasSize(2).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_hypervisor_with_guests_is_not_removed_where_nobody_can_be_asked() {
        answers.put("/v1/hypervisors/web-1", WEB_1);
        answers.put("/v1/nodes/web-1/timeline", "{\"timeline\": []}");
        answers.put("/v1/hypervisors/web-1/states", "{\"state\": \"removing\"}");
        assertThat(run("hypervisor", "remove", "web-1", "--api", api())).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("Remove web-1 with its 1 guests, which are lost (g1)? Nobody can be asked here: give --yes if you mean it.");
        assertThat(requests).doesNotContain("PUT /v1/hypervisors/web-1/states");
        assertThat(run("hypervisor", "remove", "web-1", "--yes", "--api", api())).isZero();
        assertThat(requests).contains("PUT /v1/hypervisors/web-1/states");
        assertThat(printed()).isEqualTo("web-1 is 'removing'.\n");
        assertThat(run("hypervisor", "verify", "web-1", "--wait", "1", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("web-1 is in quarantine: check 'cpu' failed");
    }

    @Test
    void a_pool_that_is_as_it_shall_be_ends_its_watch() {
        answers.put("/v1/host_pools/az1-kvm", pool("1", "0", "null"));
        answers.put("/v1/hypervisors", "{\"hypervisors\": [%s]}".formatted(WEB_1.replace("quarantined", "enabled")));
        assertThat(run("pool", "watch", "az1-kvm", "--api", api())).isZero();
        assertThat(printed()).startsWith("az1-kvm: 1 of 1 hosts enabled\n  web-1: enabled");
        assertThat(run("pool", "show", "az1-kvm", "--api", api())).isZero();
        assertThat(printed()).contains("It is as it shall be.", "1 of 4 used", "resource_class compute; racks r1, r2");
        for (String wrong : List.of(pool("2", "0", "null"), pool("1", "1", "null"), pool("1", "0", "\"something\""))) {
            answers.put("/v1/host_pools/az1-kvm", wrong);
            assertThat(run("pool", "watch", "az1-kvm", "--wait", "1", "--api", api())).as(wrong).isEqualTo(ExitCode.FAILED);
            assertThat(complained()).contains("az1-kvm is not there yet: ");
        }
    }

    private static String pool(String size, String outdated, String status) {
        return """
                {"name": "az1-kvm", "zone": "az1", "profile": "kvm", "size": %s, "outdated": %s, "to_reimage": 0, "halted": null, "status": %s,
                 "counts": {"enabled": 1, "deploying": 0}, "selector": {"resource_class": "compute", "racks": ["r1", "r2"], "owner": null},
                 "capacity": {"hypervisors": 1, "vcpus": 4, "vcpus_used": 1, "memory_mib": 8192, "memory_mib_used": 256, "guests": 1}}"""
                .formatted(size, outdated, status);
    }

    static Stream<String> commands() {
        return commands(Main.commandLine(terminal(System.out, System.err)), "");
    }

    private static Stream<String> commands(CommandLine command, String before) {
        return command.getSubcommands().entrySet().stream().filter(one -> !one.getKey().equals("help"))
                .flatMap(one -> Stream.concat(Stream.of(before + one.getKey()), commands(one.getValue(), before + one.getKey() + " ")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_has_its_help(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(printed()).contains("Usage: bessemer " + command);
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_list_fits_into_80_columns_and_follows_pages() {
        answers.put("/v1/nodes/detail", """
                {"nodes": [{"name": "a-name-that-is-longer-than-anybody-would-expect-it-to-be", "uuid": "1be26c0b-03f2-4d2e-ae87-c02d7f33c781",
                 "provision_state": "wait call-back", "power_state": "power on", "driver": "ipmi", "maintenance": true}],
                 "next": "%s/v1/nodes/page2"}""".formatted(api()));
        answers.put("/v1/nodes/page2", "{\"nodes\": [{\"name\": null, \"uuid\": \"u2\", \"provision_state\": \"active\", \"power_state\": null, \"driver\": \"ipmi\"}]}");
        assertThat(run("node", "list", "--api", api())).isZero();
        assertThat(printed().lines()).hasSize(3).allMatch(line -> line.length() <= 80);
        assertThat(printed()).contains("wait call-back").contains("active");
    }

    @Test
    void an_explanation_has_phase_usual_time_last_event_advice_and_timeline() {
        answers.put("/v1/nodes/web-3/explain", """
                {"summary": "web-3 waits for its agent: the kernel was fetched 12 s ago, and the ramdisk usually speaks within ten seconds of that",
                 "state": "wait call-back", "phase": "kernel", "since": "2026-01-01T10:00:00Z", "usual_seconds": 9.5,
                 "last_seen": "initramfs fetched", "last_seen_at": "2026-01-01T10:00:02Z", "deadline": "2026-01-01T10:05:00Z",
                 "retries": 1, "advice": ["Look at the serial console.", "Does the ramdisk have a driver for the NIC? It is a long question that needs a second line."],
                 "console": ["[    0.0] Linux version 6.1 with a line that is much longer than eighty columns can ever be on a terminal", "Kernel panic - not syncing"],
                 "no_console": null}""");
        answers.put("/v1/nodes/web-3/timeline", """
                {"timeline": [{"at": "2026-01-01T10:00:02.5+00:00", "phase": "kernel", "event": "file", "message": "initramfs fetched"}]}""");
        assertThat(run("node", "explain", "web-3", "--api", api())).isZero();
        assertThat(printed()).contains("kernel, for").contains("9 s").contains("initramfs fetched").contains("1. Look at the serial console.")
                .contains("Timeline (last 1)").contains("Console (last 2 lines)\n  [    0.0] Linux version").contains("  Kernel panic - not syncing");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_recorded_console_is_printed_and_one_that_cannot_be_attached_to_says_why() {
        answers.put("/v1/nodes/web-3/console/log", "GRUB loading.\nLinux version 6.1\n");
        answers.put("/v1/nodes/web-4/console/log", "");
        assertThat(run("node", "console", "web-3", "--log", "--lines", "2", "--api", api())).isZero();
        assertThat(printed()).isEqualTo("GRUB loading.\nLinux version 6.1\n");
        assertThat(run("node", "console", "web-4", "--log", "--api", api())).isZero();
        assertThat(printed()).contains("Nothing was recorded of the console of web-4.");
        assertThat(run("node", "console", "web-5", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("bessemer: ");
    }

    @Test
    void sensors_are_a_table_and_none_of_them_is_said() {
        answers.put("/v1/nodes/web-3/sensors", """
                {"sensors": {"Temperature": {"0@1": {"name": "CPU1 Temp", "reading": 38, "reading_units": "Cel", "state": "Enabled", "health": "OK"},
                                             "1@1": {"name": "%s", "reading": 21.5, "reading_units": "Cel", "state": "Enabled", "health": "OK"}},
                             "Fan": {}, "Power": {"control-0:Power@1": {"name": "", "reading": 142, "reading_units": "W", "state": null, "health": null}},
                             "Drive": {"d:1@1": {"name": "Disk 0", "reading": null, "reading_units": null, "state": "Enabled", "health": "Critical"}}}}""".formatted("long ".repeat(30)));
        answers.put("/v1/nodes/web-4/sensors", "{\"sensors\": {\"Temperature\": {}, \"Fan\": {}, \"Power\": {}, \"Drive\": {}}}");
        assertThat(run("node", "sensors", "web-3", "--api", api())).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " "))).hasSize(5).contains("KIND NAME READING UNIT STATE HEALTH", "Temperature CPU1 Temp 38 Cel Enabled OK",
                "Power control-0:Power@1 142 W - -", "Drive Disk 0 - - Enabled Critical");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("node", "sensors", "web-4", "--api", api())).isZero();
        assertThat(printed()).contains("The BMC of web-4 tells of no sensors.");
        assertThat(run("node", "sensors", "web-5", "--api", api())).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void an_event_log_is_a_table_of_the_newest_last_and_says_what_is_wrong_with_it() {
        answers.put("/v1/nodes/web-3/sel", """
                {"sel": {"entries": 900, "overflow": true, "clock": null, "events": [
                  {"record": 1, "at": null, "seconds_since_start": 300, "sensor": null, "sensor_type": "Memory", "sensor_number": 135, "event": "Uncorrectable ECC", "asserted": true,
                   "health": "Critical", "reading": null, "threshold": null, "unit": null, "raw": "a10102"},
                  {"record": 2, "at": "2026-01-31T12:00:00+00:00", "seconds_since_start": null, "sensor": "CPU1 Temp", "sensor_type": "Temperature", "sensor_number": 1,
                   "event": "UC going high", "asserted": false, "health": "OK", "reading": 88, "threshold": 90, "unit": "Cel", "raw": "59585a"},
                  {"record": 3, "at": null, "seconds_since_start": null, "sensor": null, "sensor_type": null, "sensor_number": null, "event": "OEM record 0xf0", "asserted": null,
                   "health": null, "reading": null, "threshold": null, "unit": null, "raw": "0102"}]}}""");
        answers.put("/v1/nodes/web-4/sel", "{\"sel\": {\"entries\": 0, \"overflow\": false, \"clock\": \"2026-01-31T12:00:00+00:00\", \"events\": []}}");
        assertThat(run("node", "sel", "web-3", "--api", api())).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " ").strip())).containsExactly("TIME SENSOR EVENT STATE HEALTH", "start+300s Memory 0x87 Uncorrectable ECC came Critical",
                "2026-01-31T12:00:00Z CPU1 Temp UC going high (88 Cel, thre… went OK", "- OEM record 0xf0: 0102 -", "These are the newest 3 of 900.",
                "Events were lost because the log is full: ./bessemer node sel web-3 --clear", "The BMC's clock is not set: ./bessemer node sel web-3 --set-time");
        assertThat(run("node", "sel", "web-4", "--api", api())).isZero();
        assertThat(printed()).isEqualTo("The event log of web-4 is empty.\n");
        assertThat(run("node", "sel", "web-4", "--clear", "--api", api())).isZero();
        assertThat(requests).endsWith("DELETE /v1/nodes/web-4/sel");
        answers.put("/v1/nodes/web-4/sel/time", "{}");
        assertThat(run("node", "sel", "web-4", "--set-time", "--api", api())).isZero();
        assertThat(requests).endsWith("PUT /v1/nodes/web-4/sel/time");
        assertThat(run("node", "sel", "web-4", "--clear", "--set-time", "--api", api())).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void parts_and_the_bmc_are_lines_and_warnings_are_whole() {
        answers.put("/v1/nodes/web-3/fru", "{\"fru\": [{\"id\": 0, \"name\": \"Builtin FRU Device\", \"board\": {\"part_number\": \"H48104\", \"custom\": [\"a\", \"b\"]}}]}");
        assertThat(run("node", "fru", "web-3", "--api", api())).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " ").strip())).containsExactly("Builtin FRU Device (FRU 0)", "board part number H48104", "board custom a", "board custom b");
        answers.put("/v1/nodes/web-3/bmc", """
                {"bmc": {"firmware": "9.08", "lan": {"address": "10.1.2.3", "vlan": null, "cipher_suites": [{"id": 3, "privilege": "ADMINISTRATOR"}, {"id": 17, "privilege": "OPERATOR"}]},
                         "accounts": [{"id": 2, "name": "admin", "enabled": null, "messaging": true, "privilege": "ADMINISTRATOR"}], "warnings": ["%s"]}}""".formatted("long ".repeat(30)));
        assertThat(run("node", "bmc", "web-3", "--api", api())).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " ").strip())).containsExactly("firmware 9.08", "lan address 10.1.2.3", "cipher suites 3 administrator, 17 operator",
                "ID ACCOUNT ENABLED LOGIN PRIVILEGE", "2 admin - yes ADMINISTRATOR", "Warning: " + "long ".repeat(30).strip());
    }

    @Test
    void passwords_are_rotated_node_by_node_and_each_has_its_line() {
        answers.put("/v1/nodes/web-3/bmc/password", "");
        answers.put("/v1/nodes/web-5/bmc/password", "");
        assertThat(run("node", "rotate-password", "web-3", "--api", api())).isZero();
        assertThat(printed()).isEqualTo("web-3: changed\n");
        assertThat(run("node", "rotate-password", "web-3", "web-4", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(printed()).isEqualTo("web-3: changed\nweb-4: failed: Node nope could not be found.\n1 changed, 1 failed.\n");
        answers.put("/v1/nodes/detail", "{\"nodes\": [{\"name\": \"web-3\", \"driver\": \"ipmi\"}, {\"name\": \"web-4\", \"driver\": \"redfish\"}, {\"name\": null, \"uuid\": \"web-5\", \"driver\": \"ipmi\"}]}");
        assertThat(run("node", "rotate-password", "--all", "--api", api())).isZero();
        assertThat(printed()).isEqualTo("web-3: changed\nweb-5: changed\n2 changed, 0 failed.\n");
        assertThat(run("node", "rotate-password", "--api", api())).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "rotate-password", "web-3", "--all", "--api", api())).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "rotate-password", "web-3", "web-4", "--stdin", "--api", api())).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void the_users_of_a_bmc_are_listed_made_changed_and_removed() {
        String admin = "{\"id\": 2, \"name\": \"admin\", \"privilege\": \"ADMINISTRATOR\", \"enabled\": true, \"messaging\": true, \"link_authentication\": false, \"ours\": true}";
        String named3 = "{\"id\": 4, \"name\": \"3\", \"privilege\": \"NO ACCESS\", \"enabled\": null, \"messaging\": false, \"link_authentication\": true, \"ours\": false}";
        answers.put("/v1/nodes/web-3/bmc/users", "{\"channel\": 1, \"room\": 10, \"enabled\": 1, \"fixed_names\": 1, \"users\": [%s, %s]}".formatted(admin, named3));
        assertThat(run("node", "users", "web-3", "--api", api())).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " ").strip())).containsExactly("ID NAME PRIVILEGE ENABLED LOGIN LINK", "2 admin ADMINISTRATOR yes yes no Bessemer's",
                "4 3 NO ACCESS - no yes", "Channel 1. 2 of 10 numbers have a name or are in use; the BMC counts 1 enabled.");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        answers.put("/v1/nodes/web-3/bmc/users/4", named3);
        assertThat(run("node", "set-user", "web-3", "3", "--disable", "--privilege", "no-access", "--login", "no", "--api", api())).isZero();
        assertThat(requests).as("a name that is a number").endsWith("PUT /v1/nodes/web-3/bmc/users/4");
        assertThat(run("node", "set-user", "web-3", "4", "--enable", "--channel", "2", "--api", api())).isZero();
        assertThat(requests).endsWith("PUT /v1/nodes/web-3/bmc/users/4");
        assertThat(run("node", "set-user", "web-3", "9", "--enable", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("The BMC of web-3 has no user '9'. It has: admin (2), 3 (4).");
        assertThat(run("node", "set-user", "web-3", "3", "--api", api())).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "set-user", "web-3", "3", "--enable", "--disable", "--api", api())).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "remove-user", "web-3", "3", "--api", api())).as("nobody can be asked").isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "remove-user", "web-3", "3", "--yes", "--api", api())).isZero();
        assertThat(requests).endsWith("DELETE /v1/nodes/web-3/bmc/users/4");
        assertThat(printed()).isEqualTo("Removed user '3' (4) of the BMC of web-3.\n");
        assertThat(run("node", "add-user", "web-3", "ops", "--api", api())).as("without a privilege").isEqualTo(ExitCode.USAGE);
    }

    @Test
    void a_user_s_password_is_a_line_of_standard_input() {
        answers.put("/v1/nodes/web-3/bmc/users", "{\"id\": 5, \"name\": \"ops\", \"privilege\": \"OPERATOR\", \"enabled\": true, \"messaging\": true, \"link_authentication\": false}");
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("let-me-in\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(run("node", "add-user", "web-3", "ops", "--privilege", "operator", "--api", api())).isZero();
            assertThat(requests).endsWith("POST /v1/nodes/web-3/bmc/users");
            assertThat(printed()).contains("ops").doesNotContain("let-me-in");
            assertThat(run("node", "add-user", "web-3", "ops", "--privilege", "operator", "--api", api())).as("no line is left").isEqualTo(ExitCode.USAGE);
            assertThat(complained()).contains("Standard input has no password: write it there as a line.");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void a_bmc_is_reset() {
        answers.put("/v1/nodes/web-3/bmc/reset", "");
        assertThat(run("node", "reset-bmc", "web-3", "--wait", "0", "--api", api())).isZero();
        assertThat(printed()).isEqualTo("The BMC of web-3 starts anew.\n");
        assertThat(run("node", "reset-bmc", "web-4", "--api", api())).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void the_servers_refusal_is_the_last_line() {
        assertThat(run("node", "show", "nope", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: Node nope could not be found.\n");
    }

    @Test
    void without_a_server_the_last_line_says_how_to_start_one() {
        server.stop(0);
        assertThat(run("node", "list", "--api", api())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("No server answers at " + api()).contains("./bessemer serve");
    }

    @Test
    void json_output_is_json() {
        answers.put("/v1/nodes/x", "{\"uuid\": \"u\", \"name\": \"x\"}");
        assertThat(run("node", "show", "x", "-o", "json", "--api", api())).isZero();
        assertThat(io.bessemer.cli.client.BessemerClient.json(printed()).path("name").asString()).isEqualTo("x");
    }

    @Test
    void wrong_usage_ends_with_2_and_names_the_word() {
        assertThat(run("node", "lst")).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("lst");
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "list", "--output", "xml")).isEqualTo(ExitCode.USAGE);
        assertThat(run("node", "list", "--api", "nonsense")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void help_and_version_end_well_without_colour_outside_of_a_terminal() {
        assertThat(run("help")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("version")).isZero();
        assertThat(printed()).contains("bessemer").doesNotContain("\u001b[");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    private String api() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Main.commandLine(terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)))
                .execute(arguments);
    }

    private static Terminal terminal(PrintStream out, PrintStream err) {
        return new Terminal(out, err, false, 80);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
