package io.bessemer.images;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.protocol.ImageManifest.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts a raw disk into chunks: zero bytes are left out, equal chunks are stored once, each file is one zstd frame.
final class ChunkStore {
    /// Zeros at the head and tail of a chunk are cut off in these steps: enough for sparse file systems, few enough entries.
    private static final int TRIM = 64 * 1024;
    private static final int LEVEL = 3;
    private static final byte[] ZEROS = new byte[TRIM];

    private final Path directory;
    private final int chunkSize;
    private final Room room;
    private final Map<String, Integer> stored = new ConcurrentHashMap<>();

    ChunkStore(Path directory, int chunkSize, Room room) {
        this.directory = directory;
        this.chunkSize = chunkSize;
        this.room = room;
    }

    /// @return chunks by ascending offset
    List<Chunk> store(Path raw, ImageImport.Step progress) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (var file = FileChannel.open(raw, StandardOpenOption.READ); var workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("image-", 0).daemon().factory())) {
            long size = file.size();
            var next = new AtomicLong();
            var done = new AtomicLong();
            var parts = new ArrayList<Future<List<Chunk>>>();
            Callable<List<Chunk>> worker = () -> {
                var chunks = new ArrayList<Chunk>();
                var buffer = ByteBuffer.allocate(chunkSize);
                for (long offset = next.getAndAdd(chunkSize); offset < size && !Thread.currentThread().isInterrupted(); offset = next.getAndAdd(chunkSize)) {
                    int length = read(file, buffer, offset, size);
                    Chunk chunk = store(buffer.array(), length, offset);
                    if (chunk != null) {
                        chunks.add(chunk);
                    }
                    progress.at(done.addAndGet(length));
                }
                return chunks;
            };
            for (int i = 0; i < threads; i++) {
                parts.add(workers.submit(worker));
            }
            try {
                var all = new ArrayList<Chunk>();
                for (Future<List<Chunk>> part : parts) {
                    all.addAll(part.get());
                }
                all.sort(Comparator.comparingLong(Chunk::offset));
                return all;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Cutting the image was interrupted", e);
            } finally {
                workers.shutdownNow();
            }
        }
    }

    long storedBytes() {
        return stored.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static int read(FileChannel file, ByteBuffer buffer, long offset, long size) throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - offset));
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("The image became shorter while it was read");
            }
        }
        return buffer.limit();
    }

    /// Null when all of it is zero.
    private Chunk store(byte[] bytes, int length, long offset) throws IOException {
        int begin = 0;
        while (begin < length && zero(bytes, begin, Math.min(begin + TRIM, length))) {
            begin += TRIM;
        }
        if (begin >= length) {
            return null;
        }
        int end = length;
        for (int last = (end - 1) / TRIM * TRIM; zero(bytes, last, end); last -= TRIM) {
            end = last;
        }
        // the same bytes always make the same frame
        byte[] raw = Arrays.copyOfRange(bytes, begin, end);
        byte[] frame = Zstd.compress(raw, LEVEL);
        String sha256 = sha256(frame);
        if (!stored.containsKey(sha256)) {
            write(sha256, frame);
            stored.put(sha256, frame.length);
        }
        return new Chunk(offset + begin, end - begin, sha256, frame.length, sha256(raw));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Checksum.digest("sha256").digest(bytes));
    }

    /// Two threads may write the same chunk at once: the bytes are the same, and the move is atomic.
    private void write(String sha256, byte[] frame) throws IOException {
        room.require(frame.length);
        Path part = Files.createTempFile(directory, sha256, ".part");
        Files.write(part, frame);
        Files.setPosixFilePermissions(part, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(part, directory.resolve(sha256), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean zero(byte[] bytes, int from, int to) {
        return Arrays.mismatch(bytes, from, to, ZEROS, 0, to - from) < 0;
    }

    static int defaultChunkSize() {
        return ImageManifest.CHUNK_SIZE;
    }
}
