package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.NodeId;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Serial consoles that we serve ourselves, on pretended lines: recorded, by TCP, and as a WebSocket.
class NodeSerialApiTest {
    @TempDir
    static Path directory;
    private static ApiServer api;
    private static int number;

    @BeforeAll
    static void start() {
        api = ApiServer.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /// Waits for what is done in the background.
    private static void await(BooleanSupplier what, Supplier<?> told) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!what.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s: " + told.get());
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static NodeId node(String driverInfo) {
        return node("serial-" + ++number, driverInfo);
    }

    private static NodeId node(String name, String driverInfo) {
        Answer answer = api.send("POST", "/v1/nodes", """
                {"driver": "fake-hardware", "name": "%s", "console_interface": "pretend-serial", "driver_info": {"fake_address": "10.0.0.9"%s}}"""
                .formatted(name, driverInfo.isEmpty() ? "" : ", " + driverInfo));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return NodeId.of(answer.json().get("uuid").asString());
    }

    private static String path(NodeId node) {
        return "/v1/nodes/" + node;
    }

    private static Answer enable(NodeId node, boolean on) {
        return api.send("PUT", path(node) + "/states/console", "{\"enabled\": %s}".formatted(on));
    }

    private static JsonNode console(NodeId node) {
        return api.get(path(node) + "/states/console").json();
    }

    private static Socket connect(NodeId node) throws Exception {
        URI url = URI.create(console(node).at("/console_info/url").asString());
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String read(InputStream in, String until) throws Exception {
        StringBuilder all = new StringBuilder();
        while (all.indexOf(until) < 0) {
            int one = in.read();
            assertThat(one).as("after " + all).isNotNegative();
            all.append((char) one);
        }
        return all.toString();
    }

    @Test
    void a_console_that_is_turned_on_is_served_by_tcp_to_everybody_who_connects() throws Exception {
        NodeId node = node("");
        assertThat(enable(node, true).status()).isEqualTo(202);
        JsonNode shown = console(node);
        assertThat(shown.get("console_enabled").asBoolean(false)).isTrue();
        assertThat(shown.at("/console_info/type").asString()).isEqualTo("socat");
        assertThat(shown.at("/console_info/url").asString()).matches("tcp://127\\.0\\.0\\.1:10\\d\\d\\d");
        assertThat(enable(node, true).status()).as("again").isEqualTo(202);
        api.hardware.serial.say(node, "before anybody looked\r\n");
        try (Socket one = connect(node); Socket two = connect(node)) {
            read(one.getInputStream(), "before anybody looked\r\n");
            read(two.getInputStream(), "before anybody looked\r\n");
            one.getOutputStream().write("one ".getBytes(StandardCharsets.US_ASCII));
            await(() -> api.hardware.serial.typed(node).equals("one "), () -> api.hardware.serial.typed(node));
            two.getOutputStream().write("two".getBytes(StandardCharsets.US_ASCII));
            await(() -> api.hardware.serial.typed(node).equals("one two"), () -> api.hardware.serial.typed(node));
            api.hardware.serial.say(node, "login:");
            assertThat(read(one.getInputStream(), "login:")).isEqualTo("login:");
            assertThat(enable(node, false).status()).isEqualTo(202);
            while (one.getInputStream().read() >= 0) {
                continue; // to the end
            }
        }
        assertThat(console(node).toString()).isEqualTo("{\"console_enabled\":false,\"console_info\":null}");
        assertThat(api.hardware.serial.open(node)).as("nobody wants the line any more").isFalse();
    }

    @Test
    void a_port_that_the_node_names_is_taken_and_one_that_is_taken_is_told() throws Exception {
        int free;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        NodeId node = node("\"fake_terminal_port\": " + free);
        assertThat(enable(node, true).status()).isEqualTo(202);
        assertThat(console(node).at("/console_info/url").asString()).isEqualTo("tcp://127.0.0.1:" + free);
        NodeId other = node("\"fake_terminal_port\": " + free);
        Answer refused = enable(other, true);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).contains("port %d (driver_info/ipmi_terminal_port) is taken".formatted(free));
        assertThat(console(other).get("console_enabled").asBoolean(true)).isFalse();
        assertThat(api.hardware.serial.open(other)).isFalse();
    }

    @Test
    void maintenance_and_deletion_end_it() {
        NodeId node = node("");
        enable(node, true);
        assertThat(api.send("PUT", path(node) + "/maintenance", "{\"reason\": \"disk\"}").status()).isEqualTo(202);
        await(() -> !api.hardware.serial.open(node), () -> console(node));
        assertThat(console(node).toString()).isEqualTo("{\"console_enabled\":true,\"console_info\":null}");
        assertThat(enable(node, true).fault()).contains("is not served while the node is in maintenance");
        NodeId gone = node("");
        enable(gone, true);
        assertThat(api.send("DELETE", path(gone), null).status()).isEqualTo(204);
        await(() -> !api.hardware.serial.open(gone), () -> "still open");
    }

    @Test
    void another_interface_or_another_password_counts_at_once() {
        NodeId node = node("\"fake_serial\": \"none\"");
        assertThat(enable(node, true).fault()).contains("no serial console");
        assertThat(api.send("PATCH", path(node), "[{\"op\": \"remove\", \"path\": \"/driver_info/fake_serial\"}]").status()).isEqualTo(200);
        assertThat(enable(node, true).status()).isEqualTo(202);
        assertThat(api.send("PATCH", path(node), "[{\"op\": \"replace\", \"path\": \"/console_interface\", \"value\": \"no-console\"}]").status()).isEqualTo(200);
        await(() -> !api.hardware.serial.open(node), () -> console(node));
    }

    @Test
    void a_bmc_without_a_console_says_so() {
        NodeId node = node("\"fake_serial\": \"none\"");
        Answer refused = enable(node, true);
        assertThat(refused.fault()).contains("cannot be started: the BMC has no serial console");
        assertThat(refused.status()).isGreaterThanOrEqualTo(500);
        assertThat(console(node).get("console_enabled").asBoolean(true)).isFalse();
    }

    private static final class Client implements WebSocket.Listener {
        final StringBuffer said = new StringBuffer();
        final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            said.append("b:").append(StandardCharsets.UTF_8.decode(data));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            said.append("t:").append(data);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(reason);
            return null;
        }
    }

    private static WebSocket attach(NodeId node, String query, Client client, String... headers) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + api.port + path(node) + "/console" + query), client).join();
    }

    @Test
    void a_websocket_shows_and_types_in_binary_and_in_text() {
        NodeId node = node("");
        Client binary = new Client();
        WebSocket first = attach(node, "", binary);
        await(() -> api.hardware.serial.open(node), () -> "not open");
        Client text = new Client();
        WebSocket second = attach(node, "?frames=text", text);
        await(() -> text.said.indexOf("[console connected]") >= 0, () -> text.said);
        api.hardware.serial.say(node, "grüß");
        await(() -> binary.said.indexOf("grüß") >= 0 && text.said.indexOf("grüß") >= 0, () -> binary.said + " / " + text.said);
        assertThat(binary.said.toString()).startsWith("b:").doesNotContain("t:");
        assertThat(text.said.toString()).startsWith("t:").doesNotContain("b:");
        first.sendBinary(ByteBuffer.wrap(new byte[] {'r', 3}), true).join();
        await(() -> api.hardware.serial.typed(node).equals("r\u0003"), () -> api.hardware.serial.typed(node));
        second.sendText("oot\r", true).join();
        second.sendText("{\"type\": \"break\"}", true).join();
        await(() -> api.hardware.serial.typed(node).equals("r\u0003oot\rBREAK"), () -> api.hardware.serial.typed(node));
        first.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        second.abort();
        await(() -> !api.hardware.serial.open(node), () -> "still open though everybody left");
    }

    @Test
    void a_websocket_is_refused_to_other_sites_and_where_there_is_no_console() {
        NodeId node = node("");
        assertThatThrownBy(() -> attach(node, "", new Client(), "Origin", "https://elsewhere.example")).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode()).isEqualTo(403));
        await(() -> !api.hardware.serial.open(node), () -> "still open");
        Answer plain = api.get(path(node) + "/console");
        assertThat(plain.status()).isEqualTo(400);
        assertThat(plain.fault()).contains("A console is a WebSocket").contains("./bessemer node console");
        assertThat(api.get(path(node) + "/console?frames=json").fault()).contains("'json' is not one of binary, text");
        Answer without = api.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"console_interface\": \"no-console\"}");
        assertThat(api.get("/v1/nodes/" + without.json().get("uuid").asString() + "/console").fault()).contains("has no serial console");
    }

    @Test
    void clients_that_go_away_in_the_middle_of_the_upgrade_leave_no_place_taken() throws Exception {
        NodeId node = node("");
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket("127.0.0.1", api.port)) {
                socket.setSoLinger(true, 0); // a reset, not an orderly end
                socket.getOutputStream().write("""
                        GET /v1/nodes/%s/console HTTP/1.1\r
                        Host: 127.0.0.1:%d\r
                        Connection: Upgrade\r
                        Upgrade: websocket\r
                        Sec-WebSocket-Version: 13\r
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                        \r
                        """.formatted(node, api.port).getBytes(StandardCharsets.US_ASCII));
                if (i % 2 == 0) {
                    socket.getInputStream().read(); // the upgrade is granted
                }
            }
        }
        await(() -> !api.hardware.serial.open(node), () -> "still open though everybody left");
    }

    @Test
    void a_browser_attaches_by_an_address_that_is_good_once() {
        NodeId node = node("");
        Answer given = api.send("POST", path(node) + "/console", null);
        assertThat(given.status()).isEqualTo(201);
        assertThat(given.header("Cache-Control")).isEqualTo("no-store");
        URI address = URI.create(given.json().get("url").asString());
        assertThat(address.toString()).matches("ws://127\\.0\\.0\\.1:%d/v1/consoles/[\\w-]{43}".formatted(api.port));
        Client client = new Client();
        WebSocket socket = HttpClient.newHttpClient().newWebSocketBuilder().header("Origin", "https://elsewhere.example").buildAsync(address, client).join();
        await(() -> client.said.indexOf("[console connected]") >= 0, () -> client.said);
        assertThatThrownBy(() -> HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, new Client()).join())
                .satisfies(e -> assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode()).isEqualTo(401));
        assertThat(api.get(address.getPath()).fault()).contains("This address of a console was used, or is older than 60 s.");
        socket.abort();
        Answer without = api.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"console_interface\": \"no-console\"}");
        assertThat(api.send("POST", "/v1/nodes/" + without.json().get("uuid").asString() + "/console", null).fault()).contains("has no serial console");
    }

    @Test
    void what_a_machine_says_during_a_flow_is_recorded_without_secrets() throws Exception {
        NodeId node = node("recorded", "");
        assertThat(api.get(path(node) + "/console/log").response().body()).isEmpty();
        api.send("POST", "/v1/ports", "{\"node_uuid\": \"%s\", \"address\": \"52:54:00:77:00:01\"}".formatted(node));
        api.provision("recorded", "{\"target\":\"manage\"}");
        api.await("recorded", ProvisionState.MANAGEABLE);
        api.provision("recorded", "{\"target\":\"inspect\"}");
        api.await("recorded", ProvisionState.MANAGEABLE);
        await(() -> !api.hardware.serial.open(node), () -> "still open after the flow");
        Answer log = api.get(path(node) + "/console/log");
        assertThat(log.header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
        assertThat(log.response().body().lines()).containsSubsequence("BIOS of the machine", "Kernel command line: quiet bessemer.token=*** console=ttyS0", "[recording ends]")
                .anyMatch(line -> line.startsWith("=== inspect of recorded begins, attempt "));
        assertThat(api.get(path(node) + "/console/log?lines=1").response().body()).isEqualTo("[recording ends]\n");
        assertThat(api.get(path(node) + "/console/log?raw=true").response().body()).contains("\u001b[1mBIOS").doesNotContain("AbC-123_x");
        assertThat(api.get(path(node) + "/console/log?lines=0").fault()).contains("must be 1 to 100000");
        // a failure shows the end of it
        api.database.nodes().find(node).ifPresent(found -> api.database.nodes().commit(io.bessemer.core.node.Change.of(found,
                found.toBuilder().provisionState(ProvisionState.INSPECT_FAILED).lastError("Inspection failed in phase 'kernel': silence").build())));
        JsonNode explained = api.get(path(node) + "/explain").json();
        assertThat(explained.get("console").valueStream().map(JsonNode::asString)).contains("BIOS of the machine", "Kernel command line: quiet bessemer.token=*** console=ttyS0");
        assertThat(explained.get("console").size()).isLessThanOrEqualTo(20);
        assertThat(explained.get("no_console").isNull()).isTrue();
    }
}
