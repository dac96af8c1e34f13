package io.bessemer.agent.disk;

import com.github.luben.zstd.Zstd;
import com.sun.management.OperatingSystemMXBean;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.server.ImageClient;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prints how long an image takes from HTTP to a disk, and in which CPU time, beside what others do with the same data, in turn; runs
/// only when asked for: `./bessemer bench image-write`. A row is `ROW name;seconds;CPU seconds`, medians.
class ImageWriterFigures {
    private static final int CHUNK = 4 << 20;
    private static final int CHUNKS = 128;
    private static final long SIZE = (long) CHUNKS * CHUNK;
    private static final int ROUNDS = 8;
    private static final String OURS = "Bessemer's agent";
    private static final int PORT = 26387;
    /// Each leaves `copy`, which is then on the disk.
    private static final Map<String, String> OTHERS = Map.of(
            "cp + sync, from the same disk", "cp --sparse=never image.raw copy && sync copy",
            "curl | dd, as raw images are streamed", "curl -sf $url/image.raw | dd of=copy bs=1M conv=fsync status=none",
            "curl | zstd -d | dd", "curl -sf $url/image.zst | zstd -dc | dd of=copy bs=1M conv=fsync iflag=fullblock status=none",
            "curl, then qemu-img convert of qcow2", "curl -sf -o image.got $url/image.qcow2 && qemu-img convert -n -t none -W -O raw image.got copy && rm image.got && sync copy");

    private record Cost(double seconds, double cpu) {
    }

    @Test
    void beside_what_others_do(@TempDir Path folder) throws Exception {
        byte[] manifest = images(folder);
        Process server = new ProcessBuilder("python3", "-m", "http.server", Integer.toString(PORT), "--bind", "127.0.0.1").directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            await(server);
            measure(folder, manifest);
        } finally {
            server.destroy();
        }
    }

    /// As one for us, in chunks, and as raw, zstd and compressed qcow2 for the others.
    private static byte[] images(Path folder) throws Exception {
        Path raw = folder.resolve("image.raw");
        Path stored = Files.createDirectory(folder.resolve("chunks"));
        List<ImageManifest.Chunk> chunks = new ArrayList<>();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            for (int i = 0; i < CHUNKS; i++) {
                byte[] bytes = halfCompressible(random);
                file.write(bytes);
                byte[] packed = Zstd.compress(bytes);
                String hash = ImageWriter.sha256(ByteBuffer.wrap(packed));
                Files.write(stored.resolve(hash), packed);
                chunks.add(new ImageManifest.Chunk((long) i * CHUNK, CHUNK, hash, packed.length));
            }
        }
        run(folder, "zstd -q -3 image.raw -o image.zst && qemu-img convert -c -O qcow2 image.raw image.qcow2 && sync");
        byte[] manifest = Json.bytes(new ImageManifest(SIZE, CHUNK, "raw", "0".repeat(64), chunks).toMap());
        Files.write(folder.resolve("manifest.json"), manifest);
        return manifest;
    }

    private static void measure(Path folder, byte[] manifest) throws Exception {
        Map<String, List<Cost>> costs = new LinkedHashMap<>(Map.of(OURS, new ArrayList<>()));
        for (int round = 0; round < ROUNDS; round++) {
            // the first runs in a JVM that has compiled nothing yet, as every deploy begins
            costs.computeIfAbsent(round == 0 ? OURS + ", just begun" : OURS, _ -> new ArrayList<>()).add(ours(folder, manifest));
            for (Map.Entry<String, String> other : OTHERS.entrySet()) {
                try (RandomAccessFile file = new RandomAccessFile(folder.resolve("copy").toFile(), "rw")) {
                    file.setLength(SIZE);
                }
                Cost cost = run(folder, other.getValue());
                if (Files.mismatch(folder.resolve("copy"), folder.resolve("image.raw")) >= 0) {
                    throw new IllegalStateException(other.getKey() + " wrote something else");
                }
                Files.delete(folder.resolve("copy"));
                costs.computeIfAbsent(other.getKey(), _ -> new ArrayList<>()).add(cost);
            }
        }
        costs.forEach((name, all) -> System.out.printf("ROW %s;%.2f;%.2f%n", name, median(all.stream().map(Cost::seconds).toList()), median(all.stream().map(Cost::cpu).toList())));
    }

    private static Cost ours(Path folder, byte[] manifest) throws Exception {
        Path disk = folder.resolve("disk");
        long size = SIZE + (8 << 20);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(size);
        }
        Map<String, Object> params = Map.of("image", Map.of("id", ImageWriter.sha256(ByteBuffer.wrap(manifest)).substring(0, 32),
                "manifest", "/manifest.json", "chunks", "/chunks/"));
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begin = System.nanoTime();
        long cpu = process.getProcessCpuTime();
        new WriteImage(new ImageClient(URI.create("http://127.0.0.1:" + PORT), "t"), Duration.ofMillis(100), new DiskGiver(), _ -> { }).run(params,
                List.of(new Disk(disk.toString(), "file", size, false, "", "", "", "S1", "", "", "", false, false)), (_, _, _, _) -> { });
        var cost = new Cost((System.nanoTime() - begin) / 1e9, (process.getProcessCpuTime() - cpu) / 1e9);
        Files.delete(disk);
        return cost;
    }

    private static Cost run(Path folder, String command) throws Exception {
        var shell = new ProcessBuilder("bash", "-c", "set -o pipefail; url=http://127.0.0.1:%d; TIMEFORMAT='%%R %%U %%S'; time { %s; }".formatted(PORT, command))
                .directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (shell.waitFor() != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, shell.exitValue(), said));
        }
        double[] times = Arrays.stream(said.substring(said.lastIndexOf('\n') + 1).split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new Cost(times[0], times[1] + times[2]);
    }

    private static void await(Process server) throws Exception {
        while (true) {
            try (Socket _ = new Socket("127.0.0.1", PORT)) {
                return;
            } catch (IOException notYet) {
                if (server.waitFor(Duration.ofMillis(50))) {
                    throw new IllegalStateException("The web server did not start; is port %d taken?".formatted(PORT), notYet);
                }
            }
        }
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElseThrow();
    }

    private static byte[] halfCompressible(RandomGenerator random) {
        byte[] bytes = new byte[CHUNK];
        random.nextBytes(bytes);
        for (int at = 0; at < CHUNK; at += 8192) {
            Arrays.fill(bytes, at, at + 4096, (byte) at);
        }
        return bytes;
    }
}
