package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.server.ImageClient;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a real HTTP server and a file that stands for the disk.
class ImageWriterTest {
    private static final int CHUNK = 64 * 1024;
    private static final long DISK = 8L << 20;
    private static final String TOKEN = "agent-token";

    @TempDir
    private Path folder;
    private final DiskGiver giver = new DiskGiver();
    private Path disk;
    private HttpServer server;
    private byte[] manifest;
    private byte[] expected;
    private final Map<String, byte[]> chunks = new ConcurrentHashMap<>();
    private final List<String> phases = Collections.synchronizedList(new ArrayList<>());
    /// how many answers still break in the middle
    private final AtomicInteger deaths = new AtomicInteger();
    /// how many requests for chunks are still told to wait
    private final AtomicInteger busy = new AtomicInteger();

    @BeforeEach
    void image() throws IOException {
        disk = folder.resolve("disk");
        byte[] old = new byte[(int) DISK];
        Arrays.fill(old, (byte) 0xee);
        Files.write(disk, old);
        expected = new byte[5 * 1024 * 1024 + 100];
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        var list = new ArrayList<ImageManifest.Chunk>();
        int length;
        for (int offset = 0; offset < expected.length; offset += length) {
            // some are shorter than those after them
            length = Math.min(list.size() % 4 == 1 ? CHUNK / 2 : CHUNK - offset % CHUNK, expected.length - offset);
            if (offset / CHUNK % 5 != 3) { // every fifth is a hole
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                Arrays.fill(bytes, 0, length / 2, (byte) offset);
                System.arraycopy(bytes, 0, expected, offset, length);
                byte[] stored = Zstd.compress(bytes);
                String hash = ImageWriter.sha256(ByteBuffer.wrap(stored));
                chunks.put(hash, stored);
                list.add(new ImageManifest.Chunk(offset, length, hash, stored.length));
            }
        }
        manifest = Json.bytes(new ImageManifest(expected.length, CHUNK, "raw", ImageWriter.sha256(ByteBuffer.wrap(expected, 0, expected.length)), list).toMap());
        start(0);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        giver.close();
    }

    @Test
    void the_disk_holds_the_image_and_nothing_old_in_its_holes() throws Exception {
        Map<String, Object> result = write(params());
        assertImageOnDisk();
        assertThat(result).containsEntry("device", disk.toString()).containsEntry("serial", "S1");
        assertThat((long) result.get("bytes_written") + (long) result.get("holes_bytes")).isEqualTo(expected.length);
        assertThat(phases.getFirst()).isEqualTo("discard");
        assertThat(phases.getLast()).isEqualTo("flush");
        assertThat(Files.readAllBytes(disk)).hasSize((int) DISK).endsWith(new byte[1 << 20]);
    }

    @Test
    void an_image_larger_than_the_disk_is_refused_before_anything_is_written() throws Exception {
        byte[] before = Arrays.copyOf(Files.readAllBytes(disk), 1 << 20);
        Files.write(disk, before);
        assertThatThrownBy(() -> write(params())).isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("the image needs a disk of 5242980 bytes, but " + disk + " has 1048576");
        assertThat(Files.readAllBytes(disk)).isEqualTo(before);
    }

    @Test
    void a_chunk_that_does_not_unpack_fails_after_three_tries_and_says_which() {
        byte[] stored = {1, 2, 3, 4, 5, 6, 7, 8};
        ImageManifest.Chunk bad = replace(7, stored, ImageWriter.sha256(ByteBuffer.wrap(stored)));
        assertThatThrownBy(() -> write(params())).isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("chunk 7 of the image (offset %d, sha256 %s) was wrong 3 times: it does not unpack".formatted(bad.offset(), bad.sha256()));
    }

    @Test
    void a_chunk_that_unpacks_to_fewer_bytes_is_refused() {
        byte[] stored = Zstd.compress(new byte[10]);
        ImageManifest.Chunk bad = replace(2, stored, ImageWriter.sha256(ByteBuffer.wrap(stored)));
        assertThatThrownBy(() -> write(params())).hasMessageContaining("it unpacks to 10 bytes, not " + bad.length());
    }

    @Test
    void a_chunk_of_other_bytes_is_found_by_its_hash() {
        byte[] stored = Zstd.compress(new byte[CHUNK]);
        replace(2, stored, manifest().chunks().get(2).sha256());
        assertThatThrownBy(() -> write(params())).hasMessageContaining("chunk 2 of the image")
                .hasMessageContaining("its sha256 is " + ImageWriter.sha256(ByteBuffer.wrap(stored)));
    }

    /// @return the chunk as the manifest has it now
    private ImageManifest.Chunk replace(int index, byte[] stored, String sha256) {
        ImageManifest right = manifest();
        ImageManifest.Chunk old = right.chunks().get(index);
        var chunk = new ImageManifest.Chunk(old.offset(), old.length(), sha256, stored.length);
        var list = new ArrayList<>(right.chunks());
        list.set(index, chunk);
        manifest = Json.bytes(new ImageManifest(right.virtualSize(), right.chunkSize(), "raw", right.sourceSha256(), list).toMap());
        chunks.put(sha256, stored);
        return chunk;
    }

    @Test
    void a_truncated_chunk_says_how_long_it_is() {
        ImageManifest.Chunk bad = manifest().chunks().getFirst();
        chunks.put(bad.sha256(), Arrays.copyOf(chunks.get(bad.sha256()), 100));
        assertThatThrownBy(() -> write(params())).hasMessageContaining("chunk 0 of the image")
                .hasMessageContaining("its file has 100 bytes, not " + bad.stored());
    }

    @Test
    void a_chunk_that_is_gone_fails_with_the_address() {
        chunks.remove(manifest().chunks().get(3).sha256());
        assertThatThrownBy(() -> write(params())).hasMessageContaining("chunk 3 of the image cannot be fetched").hasMessageContaining("answered 404");
    }

    @Test
    void connections_that_break_are_taken_up_again() throws Exception {
        deaths.set(25);
        write(params());
        assertImageOnDisk();
        assertThat(deaths.get()).isNegative();
    }

    @Test
    void a_server_that_serves_others_first_is_asked_again_and_what_it_says_is_told() throws Exception {
        busy.set(40);
        deaths.set(10);
        var told = new ConcurrentLinkedQueue<String>();
        new WriteImage(new ImageClient(base(), TOKEN), Duration.ofMillis(1), giver, _ -> { }).run(params(), disks(), (_, _, _, message) -> told.add(message));
        assertImageOnDisk();
        assertThat(busy.get()).isNegative();
        assertThat(told).anyMatch(message -> message.startsWith("waiting for the server: ") && message.endsWith("answered 503 waits for its turn to fetch the image: 312 machines before it"));
    }

    @Test
    void a_server_that_is_restarted_is_waited_for() throws Exception {
        int port = server.getAddress().getPort();
        var waiting = new CountDownLatch(1);
        Map<String, Object> params = params();
        URI base = base();
        server.stop(0);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var result = executor.submit(() -> new WriteImage(new ImageClient(base, TOKEN), Duration.ofMillis(1), giver, _ -> { }).run(params, disks(), (_, _, _, message) -> {
                if (message.startsWith("waiting for the server")) {
                    waiting.countDown();
                }
            }));
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            start(port);
            result.get(20, TimeUnit.SECONDS);
        }
        assertImageOnDisk();
    }

    @Test
    void an_image_of_another_server_is_given_by_whole_addresses() throws Exception {
        write(params(base() + "/images/x/"));
        assertImageOnDisk();
    }

    @Test
    void a_manifest_that_is_not_the_one_ordered_is_refused() {
        Map<String, Object> params = params();
        manifest = Json.bytes(Map.of("version", ImageManifest.VERSION));
        assertThatThrownBy(() -> write(params)).hasMessageContaining("is not the manifest of image");
        assertThatThrownBy(() -> write(params())).hasMessageContaining("virtual_size must be a whole number").hasMessageContaining("but is absent");
        assertThatThrownBy(() -> write(params("//192.0.2.1/"))).hasMessageContaining("image.chunks to be a path or an http address, but it is //192.0.2.1/chunks/");
        assertThatThrownBy(() -> write(Map.of())).hasMessage("write_image needs image: {id, manifest, chunks}");
    }

    @Test
    void clearing_looks_before_it_writes_where_a_device_promises_nothing() throws Exception {
        try (BlockDevice device = BlockDevice.open(disk)) {
            assertThat(device.clear(100, (3 << 20) + 5)).isTrue();
            assertThat(device.read(0, (3 << 20) + 106)).containsSubsequence((byte) 0xee, (byte) 0).endsWith(0xee);
        }
    }

    private void assertImageOnDisk() throws IOException {
        assertThat(Arrays.mismatch(Arrays.copyOf(Files.readAllBytes(disk), expected.length), expected)).isEqualTo(-1);
    }

    private Map<String, Object> write(Map<String, Object> params) throws CommandFailedException, InterruptedException {
        return new WriteImage(new ImageClient(base(), TOKEN), Duration.ofMillis(1), giver, _ -> { }).run(params, disks(), (phase, _, _, _) -> phases.add(phase));
    }

    private List<Disk> disks() {
        return List.of(new Disk(disk.toString(), "file", DISK, false, "", "", "", "S1", "", "", "", false, false));
    }

    private Map<String, Object> params() {
        return params("/images/x/");
    }

    private Map<String, Object> params(String base) {
        return Map.of("image", Map.of("id", ImageWriter.sha256(ByteBuffer.wrap(manifest)).substring(0, 32), "manifest", base + "manifest.json", "chunks", base + "chunks/"));
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private ImageManifest manifest() {
        try {
            return ImageManifest.fromMap(Json.object(manifest));
        } catch (DecodeException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/images/x/", exchange -> {
            String name = exchange.getRequestURI().getPath().substring("/images/x/".length());
            byte[] body = name.equals("manifest.json") ? manifest : chunks.get(name.replace("chunks/", ""));
            boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (body == null || !known) {
                exchange.sendResponseHeaders(known ? 404 : 401, -1);
            } else if (name.startsWith("chunks/") && busy.getAndDecrement() > 0) {
                byte[] why = "waits for its turn to fetch the image: 312 machines before it\n".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(503, why.length);
                exchange.getResponseBody().write(why);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                boolean dies = name.startsWith("chunks/") && deaths.getAndDecrement() > 0;
                exchange.getResponseBody().write(body, 0, dies ? body.length / 2 : body.length);
            }
            exchange.close();
        });
        server.start();
    }
}
