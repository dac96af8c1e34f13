package io.bessemer.agent.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.protocol.ImageManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Giver and takers over real sockets.
@Timeout(60)
class DeliveryTest {
    private static final String KEY = "the key of the image";
    private static final int LENGTH = 1 << 20;
    private static final Giver.Patience SHORT = new Giver.Patience(Duration.ofMillis(500), Duration.ofSeconds(1));
    private static final Neighbours.Patience QUICK = new Neighbours.Patience(Duration.ofSeconds(1), Duration.ofMillis(500), 4 << 20, Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMinutes(1));

    private final byte[] disk = new byte[3 * LENGTH];
    private final List<ImageManifest.Chunk> chunks = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Giver giver;
    private Neighbours taker;

    @BeforeEach
    void start() throws IOException {
        RandomGeneratorFactory.of("L64X128MixRandom").create(7).nextBytes(disk);
        Arrays.fill(disk, 0, LENGTH / 2, (byte) 'x');
        for (int i = 0; i < 3; i++) {
            byte[] raw = Arrays.copyOfRange(disk, i * LENGTH, (i + 1) * LENGTH);
            chunks.add(new ImageManifest.Chunk((long) i * LENGTH, LENGTH, "0".repeat(64), 1, HexFormat.of().formatHex(Content.digest().digest(raw))));
        }
        giver = giver(KEY);
        taker = new Neighbours(giver("another key"), KEY, QUICK, told::add);
    }

    private Giver giver(String key) throws IOException {
        Giver made = Giver.open(InetAddress.getLoopbackAddress(), key, this::read, Thread.ofVirtual().factory(), SHORT);
        open.add(made);
        return made;
    }

    private int read(ByteBuffer into, long offset) {
        int from = (int) (offset % disk.length);
        int length = Math.min(into.remaining(), disk.length - from);
        into.put(disk, from, length);
        return length;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void what_was_written_is_given_and_nothing_else() throws Exception {
        giver.wrote(chunks.get(0));
        giver.wrote(chunks.get(1));
        taker.named(at(giver));
        assertThat(take(0)).hasValueSatisfying(raw -> assertThat(raw).isEqualTo(ByteBuffer.wrap(disk, 0, LENGTH)));
        assertThat(take(1)).hasValueSatisfying(raw -> assertThat(raw).isEqualTo(ByteBuffer.wrap(disk, LENGTH, LENGTH)));
        assertThat(take(2)).as("it is not written yet").isEmpty();
        assertThat(taker.any()).isTrue();
        assertThat(told).isEmpty();
        assertThat(taker.bytes()).isEqualTo(2L * LENGTH);
        assertThat(giver.given()).isEqualTo(2L * LENGTH);
        assertThat(giver.written()).isEqualTo(2);
        giver.wrote(chunks.get(2));
        assertThat(take(2)).isPresent();
    }

    @Test
    void after_the_image_is_written_a_chunk_that_was_changed_is_not_given_any_more() throws Exception {
        chunks.forEach(giver::wrote);
        giver.othersWrite();
        disk[5]++;
        taker.named(at(giver));
        assertThat(take(0)).isEmpty();
        assertThat(take(1)).isPresent();
        assertThat(told).as("nobody is to blame").isEmpty();
    }

    @Test
    void nobody_gets_anything_without_the_key() throws Exception {
        giver.wrote(chunks.get(0));
        String get = "GET /chunks/" + chunks.get(0).content() + " HTTP/1.1\r\nHost: x\r\n";
        assertThat(raw(giver, get + "\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(raw(giver, get + "Authorization: Bearer \r\n\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(raw(giver, get + "Authorization: Bearer " + KEY + "x\r\n\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(raw(giver, get + "authorization: bearer " + KEY + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(raw(giver, "GET /chunks/" + "0".repeat(64) + " HTTP/1.1\r\nHost: x\r\n\r\n")).as("nor what there is").startsWith("HTTP/1.1 401 ");
        var stranger = new Neighbours(giver("mine"), "wrong", QUICK, told::add);
        stranger.named(at(giver));
        assertThat(stranger.take(chunks.get(0), () -> ByteBuffer.allocate(LENGTH))).isEmpty();
        assertThat(told).singleElement().asString().contains("it answered 401");
        assertThat(stranger.any()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "GET /chunks/../../etc/passwd HTTP/1.1", "GET /chunks/ABC HTTP/1.1", "POST /chunks/%s HTTP/1.1", "GET /chunks/%s", "GET /chunks/%s HTTP/1.1 x", "nonsense"})
    void requests_that_are_none_are_refused(String line) throws Exception {
        giver.wrote(chunks.get(0));
        assertThat(raw(giver, line.formatted(chunks.get(0).content()) + "\r\nAuthorization: Bearer " + KEY + "\r\n\r\n")).isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    @Test
    void a_head_without_an_end_a_silent_client_and_one_that_does_not_read_are_cut_and_others_served_meanwhile() throws Exception {
        giver.wrote(chunks.get(1));
        taker.named(at(giver));
        var hostile = new ArrayList<Socket>();
        for (int i = 0; i < Giver.MOST_CONNECTIONS - 4; i++) {
            hostile.add(connect(giver));
        }
        hostile.get(0).getOutputStream().write("GET /chunks/".getBytes(StandardCharsets.US_ASCII));
        // more than the kernel keeps for it
        giver.wrote(new ImageManifest.Chunk(LENGTH, 16 << 20, "0".repeat(64), 1, "1".repeat(64)));
        Socket deaf = connect(giver);
        hostile.add(deaf);
        deaf.getOutputStream().write(("GET /chunks/" + "1".repeat(64) + " HTTP/1.1\r\nAuthorization: Bearer " + KEY + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(take(1)).isPresent();
        String endless = raw(giver, "GET /chunks/x HTTP/1.1\r\n" + "X: y\r\n".repeat(2000));
        assertThat(endless).matches("(?s)(HTTP/1.1 431 .*)?"); // the answer may be lost with what was not read
        while (giver.connections() > 0) { // the test's time limit is that of this wait
            Thread.onSpinWait();
        }
        assertThat(giver.given()).as("the deaf one had not all of it").isEqualTo(LENGTH);
        assertThat(take(1)).as("the places are free again").isPresent();
        assertThat(told).isEmpty();
    }

    @Test
    void no_more_than_a_few_are_served_at_a_time_and_the_others_are_told_at_once() throws Exception {
        var enter = new CountDownLatch(Giver.MOST_AT_A_TIME);
        var go = new CountDownLatch(1);
        Giver slow = Giver.open(InetAddress.getLoopbackAddress(), KEY, (into, offset) -> {
            enter.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return read(into, offset);
        }, Thread.ofVirtual().factory(), Giver.Patience.NORMAL);
        open.add(slow);
        slow.wrote(chunks.get(1));
        String request = "GET /chunks/" + chunks.get(1).content() + " HTTP/1.1\r\nAuthorization: Bearer " + KEY + "\r\n\r\n";
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = executor.submit(() -> raw(slow, request));
            for (int i = 1; i < Giver.MOST_AT_A_TIME; i++) {
                executor.submit(() -> raw(slow, request));
            }
            assertThat(enter.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(raw(slow, request)).startsWith("HTTP/1.1 503 ");
            go.countDown();
            assertThat(first.get()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void a_giver_that_was_closed_has_no_port() throws Exception {
        giver.wrote(chunks.get(0));
        taker.named(at(giver));
        giver.close();
        assertThat(take(0)).isEmpty();
        assertThat(told).singleElement().asString().contains("no connection");
    }

    @Test
    void wrong_bytes_are_never_taken_and_whoever_sent_them_is_left_alone_while_others_give() throws Exception {
        byte[] wrong = Arrays.copyOf(disk, LENGTH);
        wrong[LENGTH - 1]++;
        int liar = peer(answer(Zstd.compress(wrong)));
        giver.wrote(chunks.get(0));
        giver.wrote(chunks.get(1));
        taker.named("127.0.0.1:" + liar + "," + at(giver));
        assertThat(take(0)).hasValueSatisfying(raw -> assertThat(raw).isEqualTo(ByteBuffer.wrap(disk, 0, LENGTH)));
        assertThat(take(1)).isPresent();
        assertThat(take(0)).isPresent();
        assertThat(told).singleElement().asString().contains("Nothing more is taken from neighbour 127.0.0.1:" + liar).contains("its chunk at ").contains("is wrong: its content has sha256");
        assertThat(taker.claim()).matches("127\\.0\\.0\\.1:[0-9]+ chunks=0 takes=yes lost=127\\.0\\.0\\.1:" + liar);
    }

    @Test
    void each_way_to_be_a_bad_neighbour_is_told() throws Exception {
        assertThat(verdict(answer(Zstd.compress(new byte[10])))).contains("it has 10 bytes, not " + LENGTH);
        assertThat(verdict(answer(Zstd.compress(new byte[100 << 20])))).contains("it is longer than");
        assertThat(verdict(answer(new byte[100]))).contains("it does not unpack");
        byte[] noise = new byte[4 << 20];
        RandomGeneratorFactory.of("L64X128MixRandom").create(9).nextBytes(noise);
        assertThat(verdict(answer(Zstd.compress(noise)))).containsAnyOf("it is longer than", "it does not end");
        byte[] good = Zstd.compress(Arrays.copyOf(disk, LENGTH));
        assertThat(verdict(answer(Arrays.copyOf(good, good.length / 2)))).as("it dies in the middle").contains("it does not unpack");
        assertThat(verdict("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII))).contains("no answer in HTTP");
        assertThat(verdict(("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5000)).getBytes(StandardCharsets.US_ASCII))).contains("without an end of its head");
        assertThat(verdict("HTTP/1.1 500 Oh\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).contains("it answered 500");
        assertThat(verdict(new byte[0])).contains("it broke off");
        // a window of 2 GiB
        assertThat(verdict(answer(HexFormat.of().parseHex("28b52ffd00a8")))).contains("it does not unpack");
    }

    @Test
    void one_that_sends_a_byte_now_and_then_is_too_slow() throws Exception {
        int slow = serve(client -> {
            OutputStream out = client.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (byte one : Zstd.compress(Arrays.copyOfRange(disk, LENGTH, 2 * LENGTH))) {
                out.write(one);
                out.flush();
                Thread.sleep(20); // what it is slow by
            }
        });
        taker.named("127.0.0.1:" + slow);
        assertThat(take(1)).isEmpty();
        assertThat(told).singleElement().asString().contains("it is too slow");
        int silent = serve(client -> client.getInputStream().transferTo(OutputStream.nullOutputStream())); // until the taker leaves
        taker.named("127.0.0.1:" + silent);
        assertThat(take(1)).isEmpty();
        assertThat(told).last().asString().contains("it is too slow");
    }

    @Test
    void when_none_could_be_used_there_is_a_wall_between_machines_and_no_more_are_tried() throws Exception {
        int[] ports = new int[3];
        for (int i = 0; i < 3; i++) {
            try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports[i] = gone.getLocalPort();
            }
        }
        taker.named("127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(ports[0], ports[1], ports[2]));
        assertThat(take(0)).isEmpty();
        assertThat(told).hasSize(3).last().asString().contains("all comes from the server");
        giver.wrote(chunks.get(0));
        taker.named(at(giver));
        assertThat(taker.any()).isFalse();
        assertThat(take(0)).isEmpty();
        assertThat(taker.claim()).contains(" takes=no ");
    }

    @Test
    void what_the_server_names_is_read_with_care_and_replaces_what_it_named_before() throws Exception {
        for (String nothing : new String[] {null, "", "x", "999.1.1.1:80", "127.0.0.1", "127.0.0.1:99999", "localhost:80", ",,,"}) {
            taker.named(nothing);
            assertThat(taker.any()).as("%s", nothing).isFalse();
        }
        giver.wrote(chunks.get(0));
        taker.named("x, " + at(giver));
        assertThat(take(0)).isPresent();
        taker.servedByServer();
        assertThat(taker.any()).isFalse();
        assertThat(take(0)).isEmpty();
    }

    @Test
    void the_server_is_asked_again_from_time_to_time_by_one_thread() throws Exception {
        var patient = new Neighbours(giver("mine"), KEY, new Neighbours.Patience(Duration.ofSeconds(1), Duration.ofSeconds(1), 1 << 20, Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofHours(1)), told::add);
        giver.wrote(chunks.get(0));
        patient.named(at(giver));
        long asked = 0;
        for (int i = 0; i < 12; i++) {
            TimeUnit.MILLISECONDS.sleep(2); // the first of its times
            if (patient.take(chunks.get(0), () -> ByteBuffer.allocate(LENGTH)).isEmpty()) {
                asked++;
            }
        }
        assertThat(asked).isBetween(1L, 8L);
    }

    private Optional<ByteBuffer> take(int chunk) throws InterruptedException {
        return taker.take(chunks.get(chunk), () -> ByteBuffer.allocateDirect(LENGTH + 100));
    }

    /// What is said of a neighbour that answers so.
    private String verdict(byte[] bytes) throws Exception {
        var one = new Neighbours(giver("mine"), KEY, QUICK, told::add);
        one.named("127.0.0.1:" + peer(bytes));
        told.clear();
        assertThat(one.take(chunks.get(0), () -> ByteBuffer.allocate(LENGTH))).isEmpty();
        assertThat(told).hasSize(1);
        return told.element();
    }

    private static byte[] answer(byte[] body) {
        byte[] head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private int peer(byte[] answer) throws IOException {
        return serve(client -> client.getOutputStream().write(answer));
    }

    private interface Serving {
        void serve(Socket client) throws IOException, InterruptedException;
    }

    private int serve(Serving serving) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[8192]);
                    serving.serve(client);
                } catch (IOException | InterruptedException e) {
                    // the next one
                }
            }
        });
        return server.getLocalPort();
    }

    private static String at(Giver giver) {
        return "127.0.0.1:" + giver.address().getPort();
    }

    private Socket connect(Giver to) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), to.address().getPort());
        open.add(socket);
        return socket;
    }

    private String raw(Giver to, String request) throws IOException {
        try (Socket socket = connect(to)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }
}
