package io.bessemer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.CommandRunner;
import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.CommandReport;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.SessionAnswer;
import io.bessemer.agent.protocol.SessionRequest;
import io.bessemer.agent.server.Json;
import io.bessemer.agent.server.ServerClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a scripted server on loopback.
class AgentTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pace PACE = new Pace(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(10), Duration.ZERO);

    private HttpServer http;
    private int port;
    private final BlockingQueue<CommandMessage> orders = new LinkedBlockingQueue<>();
    /// `kind status error` of each report, running ones left out
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> machine = new LinkedBlockingQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile int sessionStatus = 201;
    private volatile int pollStatus = 200;
    private volatile int reportStatus = 204;
    private volatile Duration idle = Duration.ZERO;
    private Thread agent;

    @BeforeEach
    void listen() throws IOException {
        start(0);
        port = http.getAddress().getPort();
    }

    @AfterEach
    void stop() throws InterruptedException {
        http.stop(0);
        if (agent != null) {
            agent.interrupt();
            assertThat(agent.join(SOON)).as("the agent ends").isTrue();
        }
    }

    @Test
    void a_command_is_run_and_its_result_delivered() throws Exception {
        agent((command, progress) -> {
            progress.at("write", 1, 2, "");
            return Map.of("answer", 42);
        });
        order(CommandKind.INSPECT, 5);
        assertThat(end()).isEqualTo("inspect succeeded {answer=42}");
        assertThat(requests).startsWith("session one-time 5", "events");
    }

    @Test
    void a_failure_is_reported_in_words_and_the_agent_goes_on() throws Exception {
        agent((command, _) -> {
            if (command.kind().equals("erase")) {
                throw new IllegalStateException("bug");
            }
            throw new CommandFailedException("the disk is broken");
        });
        order(CommandKind.WRITE_IMAGE, 5);
        assertThat(end()).isEqualTo("write_image failed the disk is broken");
        order(CommandKind.ERASE, 5);
        assertThat(end()).isEqualTo("erase failed the agent failed in command erase: java.lang.IllegalStateException: bug");
        orders.add(new CommandMessage(UUID.randomUUID(), 5, "s", "format c:", Map.of()));
        assertThat(end()).isEqualTo("format c: failed this agent does not know the command 'format c:'");
    }

    @Test
    void the_same_id_twice_runs_once_and_is_answered_twice() throws Exception {
        agent((_, _) -> Map.of("run", runs.incrementAndGet()));
        CommandMessage command = order(CommandKind.ERASE, 5);
        assertThat(end()).isEqualTo("erase succeeded {run=1}");
        orders.add(command);
        assertThat(end()).isEqualTo("erase succeeded {run=1}");
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_lower_attempt_is_refused() throws Exception {
        agent((_, _) -> Map.of("run", runs.incrementAndGet()));
        order(CommandKind.INSPECT, 7);
        assertThat(end()).isEqualTo("inspect succeeded {run=1}");
        order(CommandKind.WRITE_IMAGE, 6);
        assertThat(end()).isEqualTo("write_image failed attempt 6 is over: this agent works for attempt 7");
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_stale_command_is_dropped_and_the_next_one_run() throws Exception {
        var interrupted = new CountDownLatch(1);
        agent((command, _) -> {
            if (command.kind().equals("inspect")) {
                return Map.of();
            }
            try {
                Thread.sleep(SOON);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Map.of();
        });
        reportStatus = 409;
        order(CommandKind.WRITE_IMAGE, 5);
        assertThat(interrupted.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        reportStatus = 204;
        order(CommandKind.INSPECT, 5);
        assertThat(end()).isEqualTo("inspect succeeded {}");
    }

    @Test
    void work_goes_on_while_the_server_is_restarted_and_its_end_is_delivered_afterwards() throws Exception {
        var begun = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        agent((_, _) -> {
            begun.countDown();
            finish.await();
            return Map.of();
        });
        order(CommandKind.WRITE_IMAGE, 5);
        assertThat(begun.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        http.stop(0);
        finish.countDown();
        start(port);
        assertThat(end()).isEqualTo("write_image succeeded {}");
        order(CommandKind.POWER_OFF, 5);
        assertThat(end()).isEqualTo("power_off succeeded {}");
        assertThat(machine.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("power off");
    }

    @Test
    void a_reboot_is_answered_first() throws Exception {
        agent((_, _) -> Map.of());
        order(CommandKind.REBOOT, 5);
        assertThat(machine.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("reboot");
        assertThat(ends).containsExactly("reboot succeeded {}");
    }

    @Test
    void a_used_token_ends_in_a_reboot() throws Exception {
        sessionStatus = 401;
        agent((_, _) -> Map.of());
        assertThat(machine.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("reboot");
    }

    @Test
    void a_session_that_is_gone_ends_in_a_reboot() throws Exception {
        pollStatus = 401;
        agent((_, _) -> Map.of());
        assertThat(machine.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("reboot");
    }

    @Test
    void a_server_in_trouble_is_asked_again() throws Exception {
        sessionStatus = 503;
        agent((_, _) -> Map.of());
        while (requests.size() < 5) {
            Thread.onSpinWait();
        }
        sessionStatus = 201;
        pollStatus = 500;
        order(CommandKind.INSPECT, 5);
        while (requests.stream().filter("next"::equals).count() < 5) {
            Thread.onSpinWait();
        }
        pollStatus = 200;
        assertThat(end()).isEqualTo("inspect succeeded {}");
    }

    @Test
    void an_idle_agent_says_goodbye_and_powers_off() throws Exception {
        idle = Duration.ofSeconds(1);
        agent((_, _) -> Map.of());
        assertThat(machine.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("power off");
        assertThat(requests.getLast()).isEqualTo("goodbye {reason=idle}");
    }

    private CommandMessage order(CommandKind kind, long attempt) {
        var command = new CommandMessage(UUID.randomUUID(), attempt, "step", kind.wire(), Map.of());
        orders.add(command);
        return command;
    }

    private String end() throws InterruptedException {
        return ends.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private void agent(CommandRunner runner) {
        var control = new MachineControl() {
            @Override
            public void reboot() {
                machine.add("reboot");
            }

            @Override
            public void powerOff() {
                machine.add("power off");
            }
        };
        var server = new ServerClient("http://127.0.0.1:" + port, "node");
        agent = Thread.ofPlatform().start(() -> {
            try {
                new Agent(server, new SessionRequest(5, "one-time", "52:54:00:00:00:01", "test", "bios"), runner, control, PACE).run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the test is over
            }
        });
    }

    private final Map<UUID, String> kinds = new ConcurrentHashMap<>();

    private void start(int wanted) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/v1/agent/node/", exchange -> {
            try (exchange) {
                serve(exchange, exchange.getRequestURI().getPath().substring("/v1/agent/node/".length()));
            } catch (DecodeException | InterruptedException e) {
                throw new IOException(e);
            }
        });
        http.start();
    }

    private void serve(HttpExchange exchange, String path) throws IOException, DecodeException, InterruptedException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.equals("session")) {
            SessionRequest request = SessionRequest.fromMap(Json.object(body));
            requests.add("session " + request.token() + " " + request.attempt());
            answer(exchange, sessionStatus, new SessionAnswer("agent-token", request.attempt(), Duration.ZERO, idle).toMap());
            return;
        }
        assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer agent-token");
        switch (path) {
            case "events" -> {
                requests.add("events");
                assertThat(new String(body, StandardCharsets.UTF_8)).startsWith("[{\"phase\":\"agent\",\"event\":\"up\"");
                answer(exchange, 204, null);
            }
            case "goodbye" -> {
                requests.add("goodbye " + Json.object(body));
                answer(exchange, 204, null);
            }
            case "commands/next" -> {
                requests.add("next");
                CommandMessage next = pollStatus == 200 ? orders.poll(50, TimeUnit.MILLISECONDS) : null;
                if (next != null) {
                    kinds.put(next.id(), next.kind());
                }
                answer(exchange, next == null && pollStatus == 200 ? 204 : pollStatus, next == null ? null : next.toMap());
            }
            default -> {
                CommandReport report = CommandReport.fromMap(Json.object(body));
                if (report.finished() && reportStatus == 204) {
                    ends.add("%s %s %s".formatted(kinds.get(UUID.fromString(path.substring("commands/".length()))), report.status().wire(),
                            report.error().isEmpty() ? report.result() : report.error()));
                }
                answer(exchange, reportStatus, null);
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        if (body == null || status / 100 != 2) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        byte[] bytes = Json.bytes(body);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
