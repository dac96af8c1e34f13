package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `./bessemer events` and `./bessemer webhook` against a real server.
class EventCommandsTest {
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

    private static void create(String name) throws Exception {
        try (BessemerClient client = new BessemerClient(site.api)) {
            client.post("/v1/nodes", Map.of("driver", "fake-hardware", "name", name));
        }
    }

    @Test
    void the_newest_events_are_listed_and_new_ones_followed() throws Exception {
        create("listed-1");
        try (BessemerClient client = new BessemerClient(site.api)) {
            client.put("/v1/nodes/listed-1/maintenance", Map.of("reason", "a fan that is replaced, and a reason that is too long for any line of a terminal"));
            await(() -> {
                run("events", "--node", "listed-1");
                return printed().contains("maintenance_set");
            });
        }
        assertThat(printed().lines()).hasSize(2).allMatch(line -> line.length() <= 80);
        assertThat(printed()).containsPattern("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  node\\.create\\.end +listed-1\n").containsPattern("node\\.maintenance_set\\.end +listed-1  on: a fan that");
        assertThat(run("events", "-n", "1", "--type", "baremetal.node.create", "--json")).isZero();
        JsonNode event = BessemerClient.json(printed());
        assertThat(event.path("type").asString("")).isEqualTo("baremetal.node.create.end");
        assertThat(run("events", "--since", "0", "-o", "json", "--node", "listed-1")).isZero();
        assertThat(printed().lines()).hasSize(2);
        assertThat(run("events", "--type", "nodes")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("'nodes' is no type of events");
        assertThat(run("events", "--since", "999999")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("lies in the future");

        AtomicInteger code = new AtomicInteger(-1);
        Thread following = Thread.ofPlatform().start(() -> code.set(run("events", "--follow", "-n", "0", "--type", "baremetal.node")));
        AtomicInteger made = new AtomicInteger();
        await(() -> {
            create("followed-" + made.incrementAndGet()); // until it follows: what came before is not shown with -n 0
            return printed().contains("followed-");
        });
        following.interrupt();
        following.join();
        assertThat(code).hasValue(ExitCode.INTERRUPTED);
        assertThat(printed()).contains("node.create.end").doesNotContain("listed-1");
    }

    @Test
    void a_webhook_is_made_shown_and_deleted() throws Exception {
        String nobody = "http://127.0.0.1:1/x";
        assertThat(run("webhook", "create", "ci", nobody, "--type", "baremetal.node,bessemer")).as(complained()).isZero();
        assertThat(printed()).startsWith("ci is told of events from now on.").containsPattern("\nwhsec_[A-Za-z0-9+/=]+\n");
        create("hooked");
        await(() -> {
            run("webhook", "list");
            return printed().contains("failing");
        });
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("webhook", "show", "ci")).isZero();
        assertThat(printed()).startsWith("ci is failing\n").contains("cannot be connected to", "baremetal.node, bessemer");
        assertThat(run("webhook", "create", "ci", nobody)).isEqualTo(ExitCode.FAILED);
        assertThat(run("webhook", "create", "tls", "https://127.0.0.1/", "--receiver-ca", "no.pem")).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("--receiver-ca is 'no.pem', which cannot be read");
        assertThat(run("webhook", "delete", "ci", "--yes")).as(complained()).isZero();
        assertThat(run("webhook", "list")).isZero();
        assertThat(printed()).contains("No webhooks yet");
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!condition.call()) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(50);
        }
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", site.api));
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
