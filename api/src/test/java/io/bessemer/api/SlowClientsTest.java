package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.door.DoorSettings;
import io.bessemer.api.identity.Authentication;
import io.bessemer.core.network.Network;
import io.bessemer.core.network.VisitorLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that send a byte now and then, or read one, at a door that waits for 2 s instead of 20; and one that behaves.
class SlowClientsTest {
    private static final int SLOW_CLIENTS = 300;
    private static final int PER_ADDRESS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// between two bytes: often enough that no silence is long
    private static final Duration DRIP = Duration.ofMillis(200);
    /// what a deadline may take until it is noticed, on a busy machine
    private static final Duration LATE = Duration.ofSeconds(30);
    private static final String TRUSTED = "127.0.0.1";

    @TempDir
    private static Path directory;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        server = ApiServer.start(directory, new Authentication.None(), new DoorSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, 1024,
                new VisitorLimit(PER_ADDRESS, List.of(new Network(TRUSTED + "/32")))));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void slow_heads_at_each_door_are_ended_with_408_while_a_good_client_is_served() throws Exception {
        long before = count("slow-head");
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                slow.add(said(i % 2 == 0 ? server.port : server.agentPort, "GET /v1/nodes HTTP/1.1\r\nHost: x\r\nX-Slow: "));
            }
            Set<Socket> answered = drip(slow, () -> {
                long began = System.nanoTime();
                assertThat(server.get("/v1/nodes").status()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).as("time of a good client's request").isLessThan(Duration.ofSeconds(5));
            });
            assertThat(answered).hasSize(SLOW_CLIENTS);
            assertThat(count("slow-head") - before).isEqualTo(SLOW_CLIENTS);
        } finally {
            close(slow);
        }
    }

    /// All of them get a byte each [#DRIP] until they are ended; half a request at least is in each socket.
    private static Set<Socket> drip(List<Socket> slow, Runnable meanwhile) throws IOException {
        var told = new HashSet<Socket>();
        var open = new ArrayList<>(slow);
        long until = System.nanoTime() + PATIENCE.plus(LATE).toNanos();
        while (!open.isEmpty()) {
            assertThat(System.nanoTime()).as("%d clients are still there", open.size()).isLessThan(until);
            meanwhile.run();
            for (Socket one : List.copyOf(open)) {
                try {
                    one.getOutputStream().write('a');
                } catch (SocketException ended) {
                    // what it was told is still to be read
                }
                if (one.getInputStream().available() > 0) {
                    assertThat(rest(one)).startsWith("HTTP/1.1 408").contains("too-slow");
                    told.add(one);
                    open.remove(one);
                }
            }
            LockSupport.parkNanos(DRIP.toNanos());
        }
        return told;
    }

    @Test
    void a_body_that_drips_is_ended_with_408_whoever_reads_it() throws Exception {
        long before = count("slow-body");
        for (String head : List.of("POST /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
                "POST /v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
                "PUT /v1/nodes/x/states/power HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na",
                "POST /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na")) {
            boolean chunked = head.contains("chunked");
            try (Socket slow = said(server.port, head)) {
                String answer = dripUntilAnswered(slow, chunked ? "1\r\n \r\n" : " ");
                assertThat(answer).as(head).startsWith(head.contains("POST") && head.contains("form") ? "HTTP/1.1 415" : "HTTP/1.1 408").contains(head.contains("POST") && head.contains("form") ? "not-json" : "too-slow");
                assertThat(endsWhileDripping(slow, chunked ? "1\r\n \r\n" : " ")).as("the connection ends").isTrue();
            }
        }
        assertThat(count("slow-body") - before).isEqualTo(4);
    }

    /// Whoever is refused before the body was read has the answer at once, and cannot keep the connection by what follows.
    @Test
    void a_body_that_nobody_wants_does_not_keep_the_connection() throws Exception {
        long before = count("slow-body");
        for (String closing : List.of("", "Connection: close\r\n")) {
            try (Socket slow = said(server.port, "POST /v1/nothing/here HTTP/1.1\r\nHost: x\r\n" + closing + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")) {
                assertThat(dripUntilAnswered(slow, " ")).startsWith("HTTP/1.1 404");
                assertThat(endsWhileDripping(slow, " ")).as("the connection ends").isTrue();
            }
        }
        assertThat(count("slow-body") - before).isEqualTo(2);
    }

    /// Each half takes longer than the patience, but it comes at more than the least rate.
    @Test
    void a_long_body_that_makes_progress_is_taken() throws Exception {
        int pieces = 12;
        String piece = " ".repeat(8 << 10);
        try (Socket steady = said(server.port, "POST /v1/nodes HTTP/1.1\r\nHost: x\r\nX-OpenStack-Ironic-API-Version: 1.90\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{"
                .formatted(2 + pieces * piece.length()))) {
            for (int i = 0; i < pieces; i++) {
                steady.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
                LockSupport.parkNanos(PATIENCE.toNanos() / 6);
            }
            steady.getOutputStream().write('}');
            assertThat(answer(steady)).startsWith("HTTP/1.1 400").contains("driver");
        }
    }

    /// What nobody asked is read and dropped; the next request on the connection is served.
    @Test
    void an_unread_body_that_comes_whole_costs_the_connection_nothing() throws Exception {
        String refused = "POST /v1/nothing/here HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000);
        try (Socket good = said(server.port, refused + "GET /v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            String answers = rest(good);
            assertThat(answers).startsWith("HTTP/1.1 404").contains("HTTP/1.1 200");
        }
    }

    @Test
    void connections_on_which_nothing_or_only_empty_lines_come_are_ended() throws Exception {
        long before = count("slow-start") + count("no-tls");
        long idle = count("idle");
        var slow = new ArrayList<Socket>();
        try {
            for (int port : List.of(server.port, server.agentPort, server.hostPort)) {
                slow.add(said(port, ""));
            }
            Socket lines = said(server.port, "\r\n");
            slow.add(lines);
            Socket kept = said(server.port, "GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n");
            slow.add(kept);
            assertThat(answer(kept)).startsWith("HTTP/1.1 200");
            assertThat(endsWhileDripping(lines, "\r\n")).as("after empty lines alone").isTrue();
            assertThat(endsWhileDripping(kept, "\r\n")).as("after empty lines once a request was answered").isTrue();
            for (Socket one : slow.subList(0, 3)) {
                assertThat(rest(one)).isEmpty();
            }
            assertThat(count("slow-start") + count("no-tls") - before).isGreaterThanOrEqualTo(4);
            assertThat(count("idle") - idle).isPositive();
        } finally {
            close(slow);
        }
    }

    /// The hosts' door speaks TLS: its handshake may drip as well.
    @Test
    void a_handshake_that_drips_is_ended() throws Exception {
        long before = count("slow-start");
        byte[] clientHello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        try (Socket slow = said(server.hostPort, "")) {
            slow.getOutputStream().write(clientHello);
            assertThat(endsWhileDripping(slow, "\0")).isTrue();
        }
        assertThat(count("slow-start") - before).isPositive();
        try (SSLSocket host = (SSLSocket) trusting().getSocketFactory().createSocket(TRUSTED, server.hostPort)) {
            host.setSoTimeout((int) LATE.toMillis());
            host.getOutputStream().write("GET /v1/hosts HTTP/1.1\r\nHost: x\r\nX-Slow:".getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(host)).as("half a head over TLS").startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void a_client_that_reads_too_slowly_is_cut() throws Exception {
        long before = count("slow-reader");
        try (var slow = new Socket()) {
            slow.setReceiveBufferSize(1024);
            slow.connect(new InetSocketAddress(TRUSTED, server.port), 5000);
            String many = "GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
            slow.getOutputStream().write(many.getBytes(StandardCharsets.US_ASCII));
            until("it is cut", () -> {
                try {
                    slow.getInputStream().readNBytes(16);
                } catch (IOException e) {
                    return true;
                }
                return count("slow-reader") > before;
            });
        }
        assertThat(count("slow-reader") - before).isEqualTo(1);
    }

    @Test
    void an_address_has_so_many_connections_and_is_told_so_with_503_while_another_is_served() throws Exception {
        long before = count("refused-address");
        var greedy = new ArrayList<Socket>();
        try {
            for (int i = 0; i < PER_ADDRESS; i++) {
                greedy.add(from("127.0.0.77", server.agentPort));
            }
            try (Socket refused = from("127.0.0.77", server.agentPort)) {
                assertThat(rest(refused)).startsWith("HTTP/1.1 503").contains("Retry-After: 5").contains("%d connections".formatted(PER_ADDRESS));
            }
            assertThat(count("refused-address") - before).isEqualTo(1);
            try (Socket other = from("127.0.0.78", server.agentPort); Socket elsewhere = from("127.0.0.77", server.port)) {
                other.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(rest(other)).startsWith("HTTP/1.1 200");
                elsewhere.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(rest(elsewhere)).as("each door counts for itself").startsWith("HTTP/1.1 200");
            }
            greedy.removeFirst().close();
            until("there is room again", () -> {
                try (Socket again = from("127.0.0.77", server.agentPort)) {
                    again.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    return rest(again).startsWith("HTTP/1.1 200");
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            close(greedy);
        }
    }

    /// A stream of events on which nothing happens is as long as it wants; so is an agent's long poll. The heartbeat of streams is 200 ms here.
    @Test
    void a_stream_of_events_outlives_every_deadline() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> stream = http.send(HttpRequest.newBuilder(URI.create(server.url() + "/v1/events/stream")).build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            long until = System.nanoTime() + PATIENCE.multipliedBy(3).toNanos();
            try (InputStream events = stream.body()) {
                byte[] some = new byte[1024];
                while (System.nanoTime() < until) {
                    assertThat(events.read(some)).as("bytes of a stream").isPositive();
                }
            }
        }
    }

    @Test
    void refusals_are_counted_by_status_those_that_no_filter_sees_too() throws Exception {
        Map<String, Long> before = server.doors.counters();
        assertThat(server.get("/v1/nodes/nobody").status()).isEqualTo(404);
        try (Socket noise = said(server.port, "GET /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")) {
            assertThat(rest(noise)).startsWith("HTTP/1.1 400");
        }
        try (Socket noise = said(server.port, "\u0001\u0002 nonsense\r\n\r\n")) {
            assertThat(rest(noise)).startsWith("HTTP/1.1 400");
        }
        Map<String, Long> after = server.doors.counters();
        assertThat(after.get("answer-404") - before.getOrDefault("answer-404", 0L)).isEqualTo(1);
        // a request that a test before broke off may be answered only now
        assertThat(after.get("answer-400") - before.getOrDefault("answer-400", 0L)).isBetween(2L, 10L);
    }

    private static long count(String event) {
        return server.doors.counters().getOrDefault(event, 0L);
    }

    private static Socket said(int port, String text) throws IOException {
        Socket socket = from(TRUSTED, port);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static Socket from(String address, int port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        socket.connect(new InetSocketAddress(TRUSTED, port), 5000);
        socket.setSoTimeout((int) LATE.toMillis());
        return socket;
    }

    private static String dripUntilAnswered(Socket slow, String drop) throws IOException {
        long until = System.nanoTime() + PATIENCE.plus(LATE).toNanos();
        while (slow.getInputStream().available() == 0) {
            assertThat(System.nanoTime()).as("nothing was answered").isLessThan(until);
            try {
                slow.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
            } catch (SocketException ended) {
                // the answer may be there
            }
            LockSupport.parkNanos(DRIP.toNanos());
        }
        return answer(slow);
    }

    /// Whether the other side ends it, although a byte comes now and then.
    private static boolean endsWhileDripping(Socket slow, String drop) throws IOException {
        long until = System.nanoTime() + PATIENCE.plus(LATE).toNanos();
        slow.setSoTimeout((int) DRIP.toMillis());
        while (System.nanoTime() < until) {
            try {
                slow.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
                if (slow.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException stillThere) {
                // the next drop
            } catch (SocketException ended) {
                return true;
            }
        }
        return false;
    }

    /// What is there of one answer.
    private static String answer(Socket socket) throws IOException {
        byte[] some = new byte[16 << 10];
        int length = Math.max(0, socket.getInputStream().read(some));
        return new String(some, 0, length, StandardCharsets.UTF_8);
    }

    /// Until the end of the connection.
    private static String rest(Socket socket) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            // what came before counts
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static void until(String what, BooleanSupplier holds) {
        long until = System.nanoTime() + LATE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come to: %s; counted %s", what, server.doors.counters()).isLessThan(until);
            LockSupport.parkNanos(DRIP.toNanos());
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket one : sockets) {
            one.close();
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        return context;
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
