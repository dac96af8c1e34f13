package io.bessemer.agent.disk;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.server.ImageClient;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prints how long an image takes to a disk beside `cp` of its data and `sync`, in turn; runs only when asked for:
/// `./bessemer bench image-write`.
class ImageWriterFigures {
    private static final int CHUNK = 4 << 20;
    private static final int CHUNKS = 128;
    private static final int ROUNDS = 12;

    @Test
    void beside_a_plain_copy(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("source");
        Map<String, byte[]> stored = new HashMap<>();
        List<ImageManifest.Chunk> chunks = new ArrayList<>();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            for (int i = 0; i < CHUNKS; i++) {
                byte[] bytes = halfCompressible(random);
                file.write(bytes);
                byte[] packed = Zstd.compress(bytes);
                String hash = ImageWriter.sha256(ByteBuffer.wrap(packed));
                stored.put(hash, packed);
                chunks.add(new ImageManifest.Chunk((long) i * CHUNK, CHUNK, hash, packed.length));
            }
        }
        long size = (long) CHUNKS * CHUNK;
        byte[] manifest = Json.bytes(new ImageManifest(size, CHUNK, "raw", "0".repeat(64), chunks).toMap());
        HttpServer server = serve(manifest, stored);
        try {
            measure(folder, source, size, manifest, server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    private static void measure(Path folder, Path source, long size, byte[] manifest, int port) throws Exception {
        List<Double> copies = new ArrayList<>();
        List<Double> writes = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path copy = folder.resolve("copy");
            long begin = System.nanoTime();
            new ProcessBuilder("sh", "-c", "cp --sparse=never '%s' '%s' && sync '%s'".formatted(source, copy, copy)).inheritIO().start().waitFor();
            copies.add((System.nanoTime() - begin) / 1e9);
            Files.delete(copy);

            Path disk = folder.resolve("disk");
            try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                file.setLength(size + (8 << 20));
            }
            Map<String, Object> params = Map.of("image", Map.of("id", ImageWriter.sha256(ByteBuffer.wrap(manifest)).substring(0, 32),
                    "manifest", "/manifest.json", "chunks", "/chunks/"));
            begin = System.nanoTime();
            new WriteImage(new ImageClient(URI.create("http://127.0.0.1:" + port), "t"), Duration.ofMillis(100)).run(params,
                    List.of(new Disk(disk.toString(), "file", size + (8 << 20), false, "", "", "", "S1", "", "", "", false, false)), (_, _, _, _) -> { });
            writes.add((System.nanoTime() - begin) / 1e9);
            Files.delete(disk);
        }
        // the first runs in a JVM that has compiled nothing yet, as every deploy begins
        System.out.printf("%d MiB in %d rounds: cp + sync median %.2f s (%s), agent cold %.2f s, then median %.2f s (%s), ratio of medians %.2f%n", size >> 20, ROUNDS,
                median(copies), all(copies), writes.getFirst(), median(writes.subList(1, ROUNDS)), all(writes), median(writes.subList(1, ROUNDS)) / median(copies));
    }

    private static String all(List<Double> seconds) {
        return String.join(" ", seconds.stream().map("%.2f"::formatted).toList());
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElseThrow();
    }

    private static byte[] halfCompressible(RandomGenerator random) {
        byte[] bytes = new byte[CHUNK];
        random.nextBytes(bytes);
        for (int at = 0; at < CHUNK; at += 8192) {
            java.util.Arrays.fill(bytes, at, at + 4096, (byte) at);
        }
        return bytes;
    }

    private static HttpServer serve(byte[] manifest, Map<String, byte[]> chunks) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String name = exchange.getRequestURI().getPath();
            byte[] body = name.equals("/manifest.json") ? manifest : chunks.get(name.replace("/chunks/", ""));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
