package io.bessemer.agent.disk;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.neighbour.Neighbours;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.server.HttpStatusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Writes an image to a disk: chunks are fetched by several threads, each is checked before it is written, and what no chunk
/// covers is made zero. A server that goes away is waited for.
final class ImageWriter {
    static final int THREADS = 4;
    private static final int MOST_THREADS = 16;
    private static final int WRONG_CONTENT_LIMIT = 3;
    private static final int REFUSED_LIMIT = 5;
    /// for all buffers; the agent's JVM has 96 MiB
    private static final long BUFFER_BYTES = 48L << 20;

    private final ImageManifest manifest;
    private final ChunkSource source;
    private final Path disk;
    private final ProgressSink progress;
    private final Duration firstRetry;
    private final Optional<Neighbours> neighbours;
    private final AtomicInteger nextChunk = new AtomicInteger();
    private final AtomicLong writtenBytes = new AtomicLong();

    /// @param bytesWritten   from chunks
    /// @param fromNeighbours of these
    /// @param holesBytes     of the image that are zero
    record Written(long bytesWritten, long fromNeighbours, long holesBytes, Duration took) {
        long bytesPerSecond() {
            return (long) (bytesWritten / Math.max(took.toNanos() / 1e9, 1e-6));
        }
    }

    /// @param firstRetry wait after a failed request, doubled up to four times itself: a server that was restarted is back in seconds,
    ///                   and no more than some dozens of machines write at a time
    /// @param neighbours asked before the source
    ImageWriter(ImageManifest manifest, ChunkSource source, Optional<Neighbours> neighbours, Path disk, ProgressSink progress, Duration firstRetry) {
        this.manifest = manifest;
        this.source = source;
        this.neighbours = neighbours;
        this.disk = disk;
        this.progress = progress;
        this.firstRetry = firstRetry;
    }

    Written write(int threads) throws CommandFailedException, InterruptedException {
        long start = System.nanoTime();
        try (BlockDevice device = BlockDevice.open(disk, neighbours.isPresent())) {
            if (manifest.virtualSize() > device.size()) {
                throw new CommandFailedException("the image needs a disk of %d bytes, but %s has %d: choose a larger disk by root_device, or a smaller image"
                        .formatted(manifest.virtualSize(), disk, device.size()));
            }
            progress.at("discard", 0, manifest.dataBytes(), "");
            device.discardAll();
            clearHoles(device);
            writeChunks(device, Math.clamp(threads, 1, MOST_THREADS));
            progress.at("flush", writtenBytes.get(), manifest.dataBytes(), "");
            device.flush();
            device.rereadPartitions();
        } catch (IOException e) {
            throw new CommandFailedException("writing to %s failed: %s".formatted(disk, e.getMessage()), e);
        }
        return new Written(writtenBytes.get(), neighbours.map(Neighbours::bytes).orElse(0L), manifest.virtualSize() - manifest.dataBytes(), Duration.ofNanos(System.nanoTime() - start));
    }

    private void clearHoles(BlockDevice device) throws IOException, InterruptedException {
        long end = 0;
        for (ImageManifest.Chunk chunk : manifest.chunks()) {
            clearHole(device, end, chunk.offset());
            end = chunk.end();
        }
        clearHole(device, end, manifest.virtualSize());
        // an old backup partition table at the end of a larger disk would be found by firmware and tools
        long tail = Math.max(manifest.virtualSize(), device.size() - (1 << 20));
        device.zero(tail, device.size() - tail);
    }

    private void clearHole(BlockDevice device, long from, long to) throws IOException, InterruptedException {
        if (from < to) {
            progress.at("zero", 0, manifest.dataBytes(), "hole of %d MiB at %d MiB".formatted(to - from >> 20, from >> 20));
            device.clear(from, to - from);
        }
    }

    private void writeChunks(BlockDevice device, int wanted) throws CommandFailedException, InterruptedException {
        int largestStored = manifest.chunks().stream().mapToInt(ImageManifest.Chunk::stored).max().orElse(0);
        int largest = manifest.chunks().stream().mapToInt(ImageManifest.Chunk::length).max().orElse(0);
        int threads = (int) Math.clamp(BUFFER_BYTES / Math.max(1, (long) largest + largestStored), 1, wanted);
        var pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("write-", 0).factory());
        try {
            var done = new ExecutorCompletionService<Void>(pool);
            IntStream.range(0, threads).forEach(_ -> done.submit(() -> {
                writeSome(device, new byte[largestStored + 1], BlockDevice.buffer(largest));
                return null;
            }));
            for (int i = 0; i < threads; i++) {
                done.take().get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CommandFailedException failure -> throw failure;
                case IOException failure ->
                    throw new CommandFailedException("writing to %s failed: %s".formatted(disk, failure.getMessage()), failure);
                default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            pool.shutdownNow(); // closes the channel under a thread that still writes
        }
    }

    private void writeSome(BlockDevice device, byte[] stored, ByteBuffer raw) throws IOException, CommandFailedException, InterruptedException {
        List<ImageManifest.Chunk> chunks = manifest.chunks();
        try (var zstd = new ZstdDecompressCtx()) {
            for (int i = nextChunk.getAndIncrement(); i < chunks.size(); i = nextChunk.getAndIncrement()) {
                ImageManifest.Chunk chunk = chunks.get(i);
                obtain(i, chunk, zstd, stored, raw);
                device.write(raw, chunk.offset());
                neighbours.ifPresent(all -> all.own().wrote(chunk));
                progress.at("write", writtenBytes.addAndGet(chunk.length()), manifest.dataBytes(), neighbours.map(ImageWriter::shares).orElse(""));
            }
        }
    }

    private static String shares(Neighbours neighbours) {
        return neighbours.bytes() == 0 ? "" : "%d MiB of it from neighbours".formatted(neighbours.bytes() >> 20);
    }

    /// Fetches and unpacks a chunk until it is the right one.
    ///
    /// @param raw holds it, and nothing else, afterwards
    private void obtain(int index, ImageManifest.Chunk chunk, ZstdDecompressCtx zstd, byte[] stored, ByteBuffer raw)
            throws CommandFailedException, InterruptedException {
        int wrong = 0;
        int refused = 0;
        for (int failures = 0;; failures++) {
            if (neighbours.isPresent() && neighbours.get().take(chunk, () -> raw).isPresent()) {
                return;
            }
            if (failures > 0) {
                Thread.sleep(firstRetry.multipliedBy(1L << Math.min(failures - 1, 2)));
            }
            String fault;
            try {
                fault = unpack(chunk, zstd, stored, source.fetch(chunk, stored), raw);
            } catch (HttpStatusException e) {
                if (e.permanent() && ++refused == REFUSED_LIMIT) {
                    throw new CommandFailedException("chunk %d of the image cannot be fetched: %s".formatted(index, e.getMessage()), e);
                }
                if (neighbours.isPresent() && neighbours.get().any()) {
                    failures = -1; // it named who gives, and those pace themselves
                    continue;
                }
                progress.at("write", writtenBytes.get(), manifest.dataBytes(), "waiting for the server: " + e.getMessage()); // it says why: others are served first
                continue;
            } catch (IOException e) {
                progress.at("write", writtenBytes.get(), manifest.dataBytes(), "waiting for the server: " + e.getMessage());
                continue;
            }
            if (fault.isEmpty()) {
                return;
            }
            if (++wrong == WRONG_CONTENT_LIMIT) {
                throw new CommandFailedException("chunk %d of the image (offset %d, sha256 %s) was wrong %d times: %s. Import the image again."
                        .formatted(index, chunk.offset(), chunk.sha256(), wrong, fault));
            }
        }
    }

    /// @return what is wrong with it, empty when it is right
    private static String unpack(ImageManifest.Chunk chunk, ZstdDecompressCtx zstd, byte[] stored, int length, ByteBuffer raw) {
        if (length != chunk.stored()) {
            return "its file has %s%d bytes, not %d".formatted(length > chunk.stored() ? "at least " : "", length, chunk.stored());
        }
        String found = sha256(ByteBuffer.wrap(stored, 0, length));
        if (!found.equals(chunk.sha256())) {
            return "its sha256 is " + found;
        }
        try {
            raw.clear().limit(chunk.length());
            int unpacked = zstd.decompressByteArrayToDirectByteBuffer(raw, 0, chunk.length(), stored, 0, length);
            return unpacked == chunk.length() ? "" : "it unpacks to %d bytes, not %d".formatted(unpacked, chunk.length());
        } catch (ZstdException e) {
            return "it does not unpack: " + e.getMessage();
        }
    }

    static String sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
