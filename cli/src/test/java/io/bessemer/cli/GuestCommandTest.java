package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestCommandTest {
    private static final String UUID = "6f1c7b1e-0000-4000-8000-00000000000a";
    private static final String GUEST = """
            {"uuid": "%s", "name": "web1", "node_uuid": "u1", "node_name": "r1-n1", "state": "running", "target_state": "running", "vcpus": 2, "memory_mib": 2048,
             "consoles": ["pty:/dev/pts/3"], "migration": null, "error": null, "links": []}""".formatted(UUID);
    private static final String MOVING = GUEST.replace("\"migration\": null", "\"migration\": {\"target\": \"r1-n2\", \"state\": \"running\", \"progress\": \"120 of 256 MiB copied\"}");

    @TempDir
    private Path directory;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = java.util.Collections.synchronizedList(new ArrayList<>());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (!exchange.getRequestMethod().equals("GET")) {
                requests.add(exchange.getRequestMethod() + " " + path + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            }
            String body = exchange.getRequestMethod().equals("PUT") || exchange.getRequestMethod().equals("DELETE") ? "" : answers.get(path);
            byte[] bytes = (body == null ? "{\"error_message\": {\"faultstring\": \"Guest nope could not be found.\"}}" : body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        answers.put("/v1/hypervisors", "{\"hypervisors\": [{\"node_uuid\": \"u1\"}, {\"node_uuid\": \"u2\"}]}");
        answers.put("/v1/hypervisors/u1", "{\"node_uuid\": \"u1\", \"address\": \"10.0.0.5\"}");
        answers.put("/v1/hypervisors/u2/guests", "{\"guests\": []}");
        have(GUEST);
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private void have(String guest) {
        answers.put("/v1/hypervisors/u1/guests", "{\"guests\": [%s]}".formatted(guest));
        answers.put("/v1/hypervisors/u1/guests/" + UUID, guest);
        answers.put("/v1/hypervisors/r1-n1/guests", "{\"guests\": [%s]}".formatted(guest));
        answers.put("/v1/hypervisors/r1-n1/guests/web1", guest);
    }

    @Test
    void guests_of_all_hosts_are_listed_with_their_states_and_what_is_going_on() {
        have(MOVING + "," + GUEST.replace("web1", "a-name-that-is-longer-than-anybody-would-expect").replace("\"state\": \"running\"", "\"state\": \"absent\"")
                .replace("\"error\": null", "\"error\": \"virDomainCreate: Cannot access storage file '/var/lib/libvirt/images/a.qcow2': No such file\""));
        assertThat(run("guest", "list")).isZero();
        assertThat(printed().lines()).hasSize(3).allMatch(line -> line.length() <= 80);
        assertThat(printed()).contains("moves to r1-n2", "absent → running", "r1-n1");
        assertThat(run("guest", "list", "--host", "r1-n1", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).size()).isEqualTo(2);
    }

    @Test
    void without_guests_it_says_how_to_define_one() {
        answers.put("/v1/hypervisors/u1/guests", "{\"guests\": []}");
        assertThat(run("guest", "list")).isZero();
        assertThat(printed()).startsWith("No guests.").contains("./bessemer guest define HOST -f guest.xml --start");
        answers.put("/v1/hypervisors", "{\"hypervisors\": []}");
        assertThat(run("guest", "list", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).isArray()).isTrue();
    }

    @Test
    void a_guest_is_found_by_its_name_wherever_it_is() {
        have(MOVING);
        assertThat(run("guest", "show", "web1")).isZero();
        assertThat(printed()).contains("migration/progress", "120 of 256 MiB copied", "pty:/dev/pts/3").doesNotContain("links");
        assertThat(run("guest", "show", "web1", "--host", "r1-n1", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).path("uuid").asString()).isEqualTo(UUID);
        assertThat(run("guest", "show", "nope")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: No host has a guest 'nope'. There are: ./bessemer guest list\n");
        answers.put("/v1/hypervisors/u2/guests", "{\"guests\": [%s]}".formatted(GUEST.replace("r1-n1", "r1-n2")));
        assertThat(run("guest", "show", "web1")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: Several hosts have a guest 'web1': r1-n1, r1-n2. Say which by --host.\n");
    }

    @Test
    void a_console_is_told_with_the_way_to_it() {
        assertThat(run("guest", "console", "web1")).isZero();
        assertThat(printed()).startsWith("pty:/dev/pts/3 on r1-n1 (10.0.0.5)\n").contains("virsh -c qemu+tls://10.0.0.5/system console web1");
        assertThat(run("guest", "console", "web1", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).at("/consoles/0").asString("")).isEqualTo("pty:/dev/pts/3");
        have(GUEST.replace("\"pty:/dev/pts/3\"", "").replace("\"state\": \"running\"", "\"state\": \"shut off\""));
        assertThat(run("guest", "console", "web1")).isZero();
        assertThat(printed()).startsWith("web1 is 'shut off' and has no console.");
    }

    @Test
    void a_guest_is_defined_from_a_file() throws Exception {
        Path file = Files.writeString(directory.resolve("web1.xml"), "<domain type='kvm'/>");
        answers.put("/v1/hypervisors/r1-n1/guests", GUEST);
        assertThat(run("guest", "define", "r1-n1", "-f", file.toString(), "--name", "web1", "--start")).isZero();
        assertThat(requests).containsExactly("POST /v1/hypervisors/r1-n1/guests {\"xml\":\"<domain type='kvm'/>\",\"name\":\"web1\",\"target_state\":\"running\"}");
        assertThat(printed()).isEqualTo("web1 shall be 'running' on r1-n1. Look: ./bessemer guest show web1\n");
        assertThat(run("guest", "define", "r1-n1", "-f", directory.resolve("missing").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("missing.\n");
        Files.writeString(file, "x".repeat(65_537));
        assertThat(run("guest", "define", "r1-n1", "-f", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("has more than 65536 bytes");
        assertThat(requests).hasSize(1);
    }

    @Test
    void verbs_ask_for_what_they_say() {
        assertThat(run("guest", "start", "web1")).isZero();
        assertThat(printed()).isEqualTo("web1 on r1-n1 shall be 'running', and is 'running'.\n");
        assertThat(run("guest", "stop", "web1")).isZero();
        assertThat(run("guest", "delete", "web1")).isZero();
        assertThat(printed()).isEqualTo("web1 on r1-n1 is being removed.\n");
        have(MOVING);
        assertThat(run("guest", "migrate", "web1")).isZero();
        assertThat(run("guest", "migrate", "web1", "--to", "r1-n2")).isZero();
        assertThat(printed()).isEqualTo("web1 moves to r1-n2: 120 of 256 MiB copied. Watch: ./bessemer guest list\n");
        String path = " /v1/hypervisors/u1/guests/" + UUID;
        assertThat(requests).containsExactly("PUT" + path + "/states {\"target\":\"running\"}", "PUT" + path + "/states {\"target\":\"shut off\"}", "DELETE" + path + " ",
                "PUT" + path + "/migrate {}", "PUT" + path + "/migrate {\"target\":\"r1-n2\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"guest", "guest list", "guest show", "guest define", "guest start", "guest stop", "guest delete", "guest migrate", "guest console"})
    void every_command_has_its_help(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(printed()).contains("Usage: bessemer " + command);
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        var all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--help")) {
            all.addAll(List.of("--api", "http://127.0.0.1:" + server.getAddress().getPort()));
        }
        var terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 80);
        return Main.commandLine(terminal).execute(all.toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
