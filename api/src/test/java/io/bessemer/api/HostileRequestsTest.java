package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.sun.management.UnixOperatingSystemMXBean;
import io.bessemer.api.door.DoorSettings;
import io.bessemer.api.identity.Authentication;
import io.bessemer.api.wire.Caller;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Messages that nobody should send, at the doors of clients, agents and hosts: without a login or a token, of machines that do not exist, malformed, too large, broken off; frames of WebSockets that
/// keep no rule; streams of events that are asked for and left. `-Dbessemer.hostile.messages=10000000` sends ten million.
///
/// A message is a request with an answer, a frame of a WebSocket, or a connection on which something else than a request came.
class HostileRequestsTest {
    private static final long MESSAGES = Long.getLong("bessemer.hostile.messages", 20_000);
    private static final long SEED = 20261126;
    private static final int SENDERS = 4;
    /// by one connection; after a hundred Tomcat ends it
    private static final int BATCH = 96;
    private static final int FRAMES = 500;
    private static final int SLEEPERS = 16;
    private static final String TOKEN = "good";
    private static final String STRANGER = "00000000-0000-0000-0000-00000000dead";
    /// what compiling and loading classes in between adds, and the timers of each path and status that was seen
    private static final long HEAP_TOLERANCE = 16L << 20;
    private static final long DIRECT_TOLERANCE = 8L << 20;
    private static final int DESCRIPTORS_TOLERANCE = 64;
    private static final int THREADS_TOLERANCE = 16;
    private static final long LOG_BYTES_A_MINUTE = 64 << 10;

    @TempDir
    private Path directory;
    private ApiServer server;
    private NodeId node;
    private final Map<String, LongAdder> told = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();

    private static final class ByToken implements Authentication {
        @Override
        public Caller authenticate(HttpServletRequest request) {
            if (!TOKEN.equals(request.getHeader("X-Auth-Token"))) {
                throw new Failure.Unauthorized("The request has no token. Send X-Auth-Token.");
            }
            return Caller.anybody();
        }

        @Override
        public String challenge() {
            return "Test";
        }
    }

    /// Everything that strangers make the process log, by the server's own settings: INFO of ours, WARN of others.
    private static final class CountedLog extends AppenderBase<ILoggingEvent> {
        private final LongAdder lines = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getMessage().equals("api change")) { // of the one who may
                return;
            }
            lines.increment();
            bytes.add(100 + event.getFormattedMessage().length() + String.valueOf(event.getKeyValuePairs()).length());
            for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                bytes.add(100L * cause.getStackTraceElementProxyArray().length);
            }
            if (kinds.size() < 200) {
                kinds.computeIfAbsent(event.getLevel() + " " + event.getLoggerName() + " " + event.getMessage(), _ -> new LongAdder()).increment();
            }
        }
    }

    @Test
    void a_good_client_is_served_as_before_and_nothing_has_grown() throws Exception {
        ApiServer started = ApiServer.start(directory, new ByToken(), DoorSettings.defaults());
        server = started;
        CountedLog log = new CountedLog();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ((Logger) LoggerFactory.getLogger("io.bessemer")).setLevel(ch.qos.logback.classic.Level.INFO);
        log.start();
        try (started) {
            node = NodeId.of(asGoodClient("POST", "/v1/nodes", """
                    {"driver": "fake-hardware", "name": "good", "console_interface": "pretend-serial", "driver_info": {"fake_address": "10.0.0.9"}}""").json().get("uuid").asString());
            storm(Math.max(MESSAGES / 10, 5000)); // what is loaded and filled once
            requireGoodClients();
            long heap = heapAfterCollection();
            long direct = directMemory();
            long descriptors = descriptors();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            Map<String, Long> before = server.doors.counters();
            told.clear();
            sent.set(0);
            root.addAppender(log);
            long began = System.nanoTime();

            storm(MESSAGES);

            double seconds = (System.nanoTime() - began) / 1e9;
            root.detachAppender(log);
            requireGoodClients();
            Map<String, Long> after = server.doors.counters();
            long grown = heapAfterCollection() - heap;
            long grownDirect = directMemory() - direct;
            long grownDescriptors = descriptors() - descriptors;
            int grownThreads = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            System.out.printf("""
                            %d hostile messages in %.1f s
                            heap after collection %d KiB, now %+d KiB; direct memory %d KiB, now %+d KiB; descriptors %d, now %+d; threads %d, now %+d
                            log: %d lines, %d bytes %s
                            answers that clients read: %s
                            counters: %s
                            """, sent.get(), seconds, heap >> 10, grown >> 10, direct >> 10, grownDirect >> 10, descriptors, grownDescriptors, threads, grownThreads, log.lines.sum(), log.bytes.sum(), log.kinds,
                    told, after);
            assertThat(sent.get()).isGreaterThanOrEqualTo(MESSAGES);
            assertThat(grown).as("growth of the heap, bytes").isLessThan(HEAP_TOLERANCE);
            assertThat(grownDirect).as("growth of direct memory, bytes").isLessThan(DIRECT_TOLERANCE);
            assertThat(grownDescriptors).as("growth of open files and sockets").isLessThan(DESCRIPTORS_TOLERANCE);
            assertThat(grownThreads).as("growth of the number of threads").isLessThan(THREADS_TOLERANCE);
            assertThat(log.bytes.sum()).as("bytes of the log: %s", log.kinds).isLessThan((long) (LOG_BYTES_A_MINUTE * (1 + seconds / 60)));
            assertThat(told).as("answers that were read").containsKeys("400", "401", "404", "406", "413");
            told.forEach((status, count) -> {
                if (status.compareTo("400") >= 0) {
                    assertThat(after.getOrDefault("answer-" + status, 0L) - before.getOrDefault("answer-" + status, 0L)).as("counted of answers with %s", status).isGreaterThanOrEqualTo(count.sum());
                }
            });
            assertThat(told).as("our bugs").doesNotContainKey("500");
            assertThat(after.get("connections")).isGreaterThan(before.get("connections"));
            assertThat(after.get("broken-off")).isGreaterThan(before.getOrDefault("broken-off", 0L));
            assertThat(after.get("no-tls")).isGreaterThan(before.getOrDefault("no-tls", 0L));
        }
    }

    private ApiServer.Answer asGoodClient(String method, String path, String body) {
        return server.send(method, path, body, "X-Auth-Token", TOKEN);
    }

    /// A user, a follower of events, one at a console, and an agent's first question.
    private void requireGoodClients() throws IOException {
        assertThat(asGoodClient("GET", "/v1/nodes/good", null).status()).isEqualTo(200);
        try (Socket stream = said(server.port, "GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nX-Auth-Token: good\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(firstLine(stream.getInputStream())).isEqualTo("HTTP/1.1 200 ");
        }
        try (Socket console = attach()) {
            console.getOutputStream().write(frame(0x89, 4, 4));
            InputStream in = console.getInputStream();
            int first = in.read();
            while (first >= 0 && first != 0x8a) { // what the console says
                int length = in.read();
                in.readNBytes(length < 126 ? length : in.read() << 8 | in.read());
                first = in.read();
            }
            assertThat(first).as("a pong").isEqualTo(0x8a);
        }
        assertThat(server.sendTo(server.agentUrl() + "/v1/lookup?addresses=52:54:00:00:00:01", "GET", null).status()).isEqualTo(404);
    }

    private void storm(long messages) throws Exception {
        long until = sent.get() + messages;
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                Random random = new Random(SEED + i);
                Callable<Void> sender = () -> {
                    new Sender(random).run(until);
                    return null;
                };
                running.add(senders.submit(sender));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }
    }

    private final class Sender {
        private final Random random;
        private final Deque<Socket> sleepers = new ArrayDeque<>();

        Sender(Random random) {
            this.random = random;
        }

        void run(long until) throws IOException {
            while (sent.get() < until) {
                switch (random.nextInt(16)) {
                    case 0 -> frames();
                    case 1, 2 -> noise(random.nextBoolean() ? server.port : server.agentPort);
                    case 3 -> noise(server.hostPort);
                    case 4 -> leave();
                    default -> requests(random.nextInt(4) == 0 ? server.port : server.agentPort);
                }
            }
            for (Socket one : sleepers) {
                one.close();
            }
        }

        private void requests(int port) throws IOException {
            var all = new StringBuilder();
            for (int i = 1; i < BATCH; i++) {
                all.append(request(port == server.agentPort, false));
            }
            all.append(request(port == server.agentPort, true));
            try (Socket socket = said(port, all.toString().getBytes(StandardCharsets.ISO_8859_1))) {
                sent.addAndGet(Math.max(1, tell(socket)));
            }
        }

        /// @param last of its connection: some that are refused end it
        private String request(boolean agents, boolean last) {
            if (!agents) {
                String path = pick("/v1/nodes", "/v1/nodes/detail?limit=1000", "/v1/events/stream", "/v1/events?cursor=9", "/v1/nodes/good/console", "/metrics", "/v1/ports", "/v1/hypervisors");
                String version = pick("1.90", "1.999", "latest", "\u00e4", "2.1", "1.1\t");
                String upgrade = path.endsWith("console") ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" : "";
                return "%s %s HTTP/1.1\r\nHost: x\r\nX-OpenStack-Ironic-API-Version: %s\r\nX-Auth-Token: %s\r\n%s%s\r\n".formatted(pick("GET", "HEAD", "DELETE", "OPTIONS", "FETCH"), path, version,
                        pick("", "wrong", "g ood", "x".repeat(2000)), upgrade, last ? "Connection: close\r\n" : "");
            }
            String who = pick(STRANGER, node.toString(), "..", "%00", "good", "a".repeat(300));
            if (last) {
                return switch (random.nextInt(5)) {
                    case 3 -> "GET /v1/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(pick("heartbeat/../nodes", "agent/%2e%2e/nodes"));
                    case 0 -> post("/v1/agent/" + who + "/session", "{".repeat(200), "");
                    case 1 -> post("/v1/heartbeat/" + STRANGER, "{\"callback_url\": 1}", "Connection: close\r\n");
                    case 2 -> post("/v1/continue_inspection", "[" + "1,".repeat(5000) + "1]", "Connection: close\r\n");
                    default -> "GET /v1/lookup?addresses=%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted("52:54:00:00:00:01,".repeat(300));
                };
            }
            String token = "Authorization: Bearer " + pick("", "x", "x".repeat(500)) + "\r\n";
            return switch (random.nextInt(8)) {
                case 0 -> post("/v1/agent/" + STRANGER + "/session", "{\"attempt\": %d, \"token\": \"%s\"}".formatted(random.nextInt(), "t".repeat(random.nextInt(300))), "");
                case 1 -> "GET /v1/agent/%s/commands/next?wait=55 HTTP/1.1\r\nHost: x\r\n%s\r\n".formatted(pick(STRANGER, node.toString()), token);
                case 2 -> post("/v1/agent/" + node + "/commands/" + STRANGER, "{\"status\": \"succeeded\", \"result\": {\"a\": [%s1]}}".formatted("1,".repeat(random.nextInt(500))), token);
                case 3 -> post("/v1/agent/" + node + "/events", "[%s{}]".formatted("{\"phase\": \"x\"},".repeat(random.nextInt(50))), token);
                case 4 -> post("/v1/heartbeat/" + node, "{\"callback_url\": \"http://127.0.0.1:1/\", \"agent_token\": \"%d\"}".formatted(random.nextInt()), "X-OpenStack-Ironic-API-Version: 1.90\r\n");
                case 5 -> "GET /v1/lookup?addresses=52:54:00:%02x:%02x:%02x HTTP/1.1\r\nHost: x\r\nX-OpenStack-Ironic-API-Version: 1.90\r\n\r\n".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
                case 6 -> post("/v1/hosts/" + node + "/up", "{}", token);
                default -> "GET /v1/%s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(pick("nodes", "agent", "agent/" + STRANGER + "/configdrive", "metrics"));
            };
        }

        private String post(String path, String body, String headers) {
            return "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s".formatted(path, headers, body.length(), body);
        }

        private String pick(String... of) {
            return of[random.nextInt(of.length)];
        }

        /// No request, or half of one; and some stay, and say no more.
        private void noise(int port) throws IOException {
            byte[] bytes = switch (random.nextInt(8)) {
                case 0 -> random(random.nextInt(3000));
                case 7 -> "POST /v1/heartbeat/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);
                case 1 -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                case 2 -> ("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
                case 3 -> "POST /v1/nodes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n".getBytes(StandardCharsets.US_ASCII);
                case 4 -> new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}; // the beginning of a TLS handshake
                case 5 -> ("GET /v1 HTTP/1.1\r\n" + "x: y\r\n".repeat(random.nextInt(300))).getBytes(StandardCharsets.US_ASCII);
                default -> "POST /v1/heartbeat/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            };
            Socket socket = said(port, bytes);
            sent.incrementAndGet();
            if (random.nextInt(8) == 0) {
                sleepers.add(socket);
                if (sleepers.size() > SLEEPERS) {
                    sleepers.remove().close();
                }
                return;
            }
            socket.shutdownOutput();
            if (port != server.hostPort) { // there Tomcat answers what is no TLS by a 400 of its own, which counts as no-tls
                tell(socket);
            }
            socket.close();
        }

        /// Asks for much, and is gone.
        private void leave() throws IOException {
            try (Socket socket = said(server.port, "GET %s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: good\r\n\r\n".formatted(pick("/v1/events/stream", "/v1/nodes/detail", "/v1/openapi.json")).getBytes(StandardCharsets.US_ASCII))) {
                sent.incrementAndGet();
                if (random.nextBoolean()) {
                    socket.getInputStream().read();
                }
                socket.setSoLinger(true, 0); // the connection is reset
            }
        }

        /// One who may look at the console, and does not keep to the rules.
        private void frames() throws IOException {
            try (Socket socket = attach()) {
                Thread reader = Thread.ofVirtual().start(() -> {
                    try {
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException ended) {
                        // its right
                    }
                });
                OutputStream out = socket.getOutputStream();
                var some = new ByteArrayOutputStream();
                for (int i = 0; i < FRAMES; i++) {
                    some.write(frame(pick(0x89, 0x8a, 0x89), random.nextInt(126), -1));
                }
                try {
                    out.write(some.toByteArray());
                    sent.addAndGet(FRAMES);
                    out.write(switch (random.nextInt(7)) {
                        case 0 -> frame(0x89, 126, 126); // a ping that is too long
                        case 1 -> frame(0xf1, 5, 5); // reserved bits
                        case 2 -> frame(0x83, 5, 5); // no such kind
                        case 3 -> new byte[] {(byte) 0x82, (byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0}; // 2^63 bytes are announced
                        case 4 -> new byte[] {(byte) 0x81, 3, 'a', 'b', 'c'}; // not masked
                        case 5 -> frame(0x00, 5, 5); // the rest of what never began
                        default -> frame(0x81, 70_000, 70_000); // longer than a message may be
                    });
                    sent.incrementAndGet();
                    reader.join(Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : 5));
                } catch (IOException ended) {
                    // before all was said
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private int pick(int... of) {
            return of[random.nextInt(of.length)];
        }

        private byte[] random(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    private Socket attach() throws IOException {
        URI address = URI.create(asGoodClient("POST", "/v1/nodes/good/console", null).json().get("url").asString());
        Socket socket = said(server.port, """
                GET %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
                \r
                """.formatted(address.getPath()).getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("after %s", head).isNotNegative();
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
        return socket;
    }

    /// Masked with zeros.
    ///
    /// @param length of what follows
    /// @param said   the length that it says it has; negative for the true one
    private static byte[] frame(int first, int length, int said) {
        int announced = said < 0 ? length : said;
        ByteBuffer frame = ByteBuffer.allocate(14 + length).put((byte) first);
        if (announced < 126) {
            frame.put((byte) (0x80 | announced));
        } else if (announced < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) announced);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(announced);
        }
        frame.putInt(0).put(new byte[length]).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static Socket said(int port, byte[] bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException ended) {
            // in the middle of it
        }
        return socket;
    }

    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /// Reads until the connection ends, and counts the statuses of the answers in it.
    private int tell(Socket socket) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (java.net.SocketException reset) {
            // what came before counts
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        int answers = 0;
        for (int at = text.indexOf("HTTP/1.1 "); at >= 0; at = text.indexOf("HTTP/1.1 ", at + 1)) {
            if (text.length() >= at + 12) {
                told.computeIfAbsent(text.substring(at + 9, at + 12), _ -> new LongAdder()).increment();
                answers++;
            }
        }
        return answers;
    }

    private static long heapAfterCollection() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }
}
