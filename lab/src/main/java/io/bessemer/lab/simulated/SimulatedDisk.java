package io.bessemer.lab.simulated;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.host.protocol.JoinTicket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A sparse file as a disk, with a second one for the config drive's partition.
final class SimulatedDisk {
    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final String BESSEMER = "\"bessemer\":";
    /// the chunks, of 4 MiB each, that all machines of this process hold at a time
    private static final Semaphore MEMORY = new Semaphore(16);
    private static final Pattern REPORT_URL = Pattern.compile("\"report_url\"\\s*:\\s*\"([^\"]+)\"");

    private final Path file;
    private final Path configDrive;
    private final long bytes;
    private final Faults faults;
    private volatile ImageManifest image;
    /// of what was written at each offset
    private final Map<Long, Long> checksums = new ConcurrentHashMap<>();
    private volatile JoinTicket ticket;
    private volatile SimulatedHost.Identity identity;
    private volatile SimulatedHost.Verification verification;

    SimulatedDisk(Path directory, long bytes, Faults faults) {
        this.faults = faults;
        this.file = directory.resolve("disk.img");
        this.configDrive = directory.resolve("config-2.iso");
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    void wipe() throws IOException {
        image = null;
        ticket = null;
        identity = null;
        verification = null;
        Files.deleteIfExists(configDrive);
        Files.deleteIfExists(file);
    }

    /// Room for one chunk, of what all machines of this process have together. Taken when its bytes are about to come: machines that wait hold none.
    static final class Room implements AutoCloseable {
        private boolean taken;

        void take() throws InterruptedException {
            if (!taken) {
                MEMORY.acquire();
                taken = true;
            }
        }

        @Override
        public void close() {
            if (taken) {
                MEMORY.release();
                taken = false;
            }
        }
    }

    interface Source {
        /// @param room to be taken before the bytes are in memory
        /// @return what the chunk holds, verified
        ByteBuffer chunk(ImageManifest.Chunk chunk, Room room) throws IOException, InterruptedException;
    }

    interface Written {
        /// @param total bytes so far
        void chunk(ImageManifest.Chunk chunk, long total);
    }

    long write(ImageManifest manifest, Source source, Written written) throws IOException, InterruptedException {
        if (manifest.virtualSize() > bytes) {
            throw new IOException("the image makes a disk of %d bytes, this one has %d".formatted(manifest.virtualSize(), bytes));
        }
        wipe();
        long total = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (ImageManifest.Chunk chunk : manifest.chunks()) {
                TimeUnit.MILLISECONDS.sleep(faults.chunkDelay.toMillis());
                try (var room = new Room()) {
                    ByteBuffer raw = source.chunk(chunk, room);
                    checksums.put(chunk.offset(), checksum(raw.duplicate()));
                    channel.write(raw, chunk.offset());
                }
                total += chunk.length();
                written.chunk(chunk, total);
            }
        }
        image = manifest;
        return total;
    }

    /// @param stored a chunk's file
    static ByteBuffer unpack(ImageManifest.Chunk chunk, byte[] stored) throws IOException {
        if (!sha256(stored).equals(chunk.sha256())) {
            throw new IOException("the chunk at %d is not what its name says".formatted(chunk.offset()));
        }
        return ByteBuffer.wrap(Zstd.decompress(stored, chunk.length()));
    }

    /// As another machine sees it: with a fault, everything is a little wrong.
    int read(ByteBuffer into, long offset) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int read = channel.read(into, offset);
            if (faults.givesWrongChunks && into.position() > 0) {
                into.put(0, (byte) (into.get(0) + 1));
            }
            return read;
        }
    }

    void writeConfigDrive(byte[] iso) throws IOException {
        Files.write(configDrive, iso);
        ticket = ticket(iso);
    }

    /// What the config drive has for a compute agent; empty when the machine was not deployed for a pool.
    Optional<JoinTicket> ticket() {
        return Optional.ofNullable(ticket);
    }

    Optional<SimulatedHost.Identity> identity() {
        return Optional.ofNullable(identity);
    }

    void keep(SimulatedHost.Identity of) {
        identity = of;
    }

    Optional<SimulatedHost.Verification> verification() {
        return Optional.ofNullable(verification);
    }

    void keep(SimulatedHost.Verification of) {
        verification = of;
    }

    /// Whether firmware would find something to boot: what is on the disk is what was written.
    boolean bootable() throws IOException, InterruptedException {
        ImageManifest expected = image;
        if (expected == null || !Files.exists(file)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (ImageManifest.Chunk chunk : expected.chunks()) {
                MEMORY.acquire();
                try {
                    if (!asWritten(chunk, channel)) {
                        return false;
                    }
                } finally {
                    MEMORY.release();
                }
            }
        }
        return true;
    }

    private boolean asWritten(ImageManifest.Chunk chunk, FileChannel channel) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(chunk.length());
        channel.read(raw, chunk.offset());
        return !raw.hasRemaining() && Objects.equals(checksum(raw.flip()), checksums.get(chunk.offset()));
    }

    /// Where the booted system reports; from `meta_data.json`, which lies uncompressed in the ISO.
    Optional<String> reportUrl() throws IOException {
        if (!Files.exists(configDrive)) {
            return Optional.empty();
        }
        Matcher matcher = REPORT_URL.matcher(Files.readString(configDrive, StandardCharsets.ISO_8859_1));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// From `meta_data.json`, as [#reportUrl].
    private static JoinTicket ticket(byte[] iso) throws IOException {
        int at = new String(iso, StandardCharsets.ISO_8859_1).indexOf(BESSEMER);
        if (at < 0) {
            return null;
        }
        int begin = at + BESSEMER.length();
        Map<?, ?> bessemer = JSON.readValue(iso, begin, iso.length - begin, Map.class);
        if (!(bessemer.get("join") instanceof Map<?, ?> join)) {
            return null;
        }
        try {
            @SuppressWarnings("unchecked")
            var members = (Map<String, Object>) join;
            return JoinTicket.fromMap(members);
        } catch (DecodeException e) {
            throw new IOException("bessemer.join of the config drive: " + e.getMessage(), e);
        }
    }

    private static Long checksum(ByteBuffer raw) {
        var checksum = new CRC32C();
        checksum.update(raw);
        return checksum.getValue();
    }

    private static String sha256(byte[] raw) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
