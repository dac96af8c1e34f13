package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
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
    void a_list_without_nodes_says_how_to_enrol_one() {
        answers.put("/v1/nodes/detail", "{\"nodes\": []}");
        assertThat(run("node", "list", "--api", api())).isZero();
        assertThat(printed()).startsWith("No nodes yet. Enrol one:").contains("baremetal node create --driver ipmi");
    }

    @Test
    void pools_that_are_not_there_are_to_be_described_in_a_file() {
        answers.put("/v1/host_pools", "{\"host_pools\": []}");
        answers.put("/v1/availability_zones", "{\"availability_zones\": []}");
        assertThat(run("pool", "list", "--api", api())).isZero();
        assertThat(run("zone", "list", "--api", api())).isZero();
        assertThat(printed()).contains("No host pools yet.", "No availability zones yet.", "./bessemer apply -f rack.yaml");
    }

    @Test
    void a_hypervisor_is_shown_with_checks_guests_and_what_failed() {
        answers.put("/v1/hypervisors/web-1", """
                {"node_uuid": "u", "node_name": "web-1", "pool": "az1-kvm", "zone": "az1", "state": "quarantined", "reason": "check 'cpu' failed",
                 "facts": {"kvm": {"device": false}}, "links": [],
                 "checks": [{"check": "first-boot", "status": "passed", "detail": "done", "seconds": 0.25},
                            {"check": "cpu", "status": "failed", "detail": "neither vmx nor svm\\nin /proc/cpuinfo", "seconds": 0.1}],
                 "guests": [{"uuid": "g", "name": "g1", "state": "running", "vcpus": 1, "memory_mib": 256}]}""");
        assertThat(run("hypervisor", "show", "web-1", "--api", api())).isZero();
        assertThat(printed()).contains("facts/kvm/device", "cpu failed:\n  neither vmx nor svm\n  in /proc/cpuinfo", "256 MiB").doesNotContain("links");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "node", "node explain", "ramdisk", "ramdisk build", "image", "image import", "agent", "agent build", "version",
        "apply", "pool", "pool list", "pool show", "pool scale", "pool halt", "pool resume", "pool reimage", "zone list", "hypervisor",
        "hypervisor list", "hypervisor show", "hypervisor drain"})
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
                 "retries": 1, "advice": ["Look at the serial console.", "Does the ramdisk have a driver for the NIC? It is a long question that needs a second line."]}""");
        answers.put("/v1/nodes/web-3/timeline", """
                {"timeline": [{"at": "2026-01-01T10:00:02.5+00:00", "phase": "kernel", "event": "file", "message": "initramfs fetched"}]}""");
        assertThat(run("node", "explain", "web-3", "--api", api())).isZero();
        assertThat(printed()).contains("kernel, for").contains("9 s").contains("initramfs fetched").contains("1. Look at the serial console.")
                .contains("Timeline (last 1)");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
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
