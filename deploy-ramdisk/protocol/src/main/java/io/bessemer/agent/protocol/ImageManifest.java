package io.bessemer.agent.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an image is made of. Bytes that no chunk covers are zero.
///
/// @param virtualSize  bytes of the disk that the image makes
/// @param chunkSize    greatest length of a chunk, in bytes
/// @param sourceFormat of the file that was imported: `raw`, `qcow2`
/// @param sourceSha256 of the file that was imported, hex
/// @param chunks       by ascending offset, without overlap
public record ImageManifest(long virtualSize, int chunkSize, String sourceFormat, String sourceSha256, List<Chunk> chunks) {
    public static final int VERSION = 2;
    public static final int CHUNK_SIZE = 4 * 1024 * 1024;
    private static final long LARGEST_DISK = 1L << 50;
    private static final int SMALLEST_CHUNK = 512;
    private static final int LARGEST_CHUNK = 64 * 1024 * 1024;
    private static final int MOST_CHUNKS = 1 << 20;

    /// @param offset in the disk, bytes
    /// @param length of the raw bytes
    /// @param sha256 of the chunk's file, hex, and its name: nothing is unpacked that is not known to be right, and what is compressed
    ///               is less to hash
    /// @param stored length of the chunk's file, which is one zstd frame
    /// @param content SHA-256 of the raw bytes, hex, by which machines fetch the chunk from each other; empty in images of before that
    public record Chunk(long offset, int length, String sha256, int stored, String content) {
        public Chunk(long offset, int length, String sha256, int stored) {
            this(offset, length, sha256, stored, "");
        }

        /// Offset of the first byte after this chunk.
        public long end() {
            return offset + length;
        }

        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("offset", offset);
            map.put("length", length);
            map.put("sha256", sha256);
            map.put("stored", stored);
            if (!content.isEmpty()) {
                map.put("content", content);
            }
            return map;
        }
    }

    /// @throws IllegalArgumentException when the parts do not make an image; use [#fromMap] for what comes from the wire
    public ImageManifest {
        chunks = List.copyOf(chunks);
        try {
            check(virtualSize, chunkSize, chunks);
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Bytes that are in chunks; the rest of the disk is zero.
    public long dataBytes() {
        return chunks.stream().mapToLong(Chunk::length).sum();
    }

    /// Whether each chunk can be told by what is in it, and not only by its file.
    public boolean contentsKnown() {
        return chunks.stream().noneMatch(chunk -> chunk.content().isEmpty());
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("version", VERSION);
        map.put("virtual_size", virtualSize);
        map.put("chunk_size", chunkSize);
        map.put("source_format", sourceFormat);
        map.put("source_sha256", sourceSha256);
        map.put("chunks", chunks.stream().map(Chunk::toMap).toList());
        return map;
    }

    public static ImageManifest fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        fields.number("version", VERSION, VERSION);
        long virtualSize = fields.number("virtual_size", 1, LARGEST_DISK);
        int chunkSize = (int) fields.number("chunk_size", SMALLEST_CHUNK, LARGEST_CHUNK);
        List<?> list = fields.list("chunks", MOST_CHUNKS);
        var chunks = new ArrayList<Chunk>(list.size());
        for (int i = 0; i < list.size(); i++) {
            var chunk = Fields.of(list.get(i), "chunks[" + i + "]");
            chunks.add(new Chunk(chunk.number("offset", 0, LARGEST_DISK), (int) chunk.number("length", 1, LARGEST_CHUNK),
                    chunk.hash("sha256"), (int) chunk.number("stored", 1, LARGEST_CHUNK * 2L - 1),
                    chunk.map().get("content") == null ? "" : chunk.hash("content")));
        }
        check(virtualSize, chunkSize, chunks);
        return new ImageManifest(virtualSize, chunkSize, fields.text("source_format"), fields.hash("source_sha256"), chunks);
    }

    private static void check(long virtualSize, int chunkSize, List<Chunk> chunks) throws DecodeException {
        if (virtualSize < 1 || virtualSize > LARGEST_DISK) {
            throw new DecodeException("virtual_size", "1 to " + LARGEST_DISK, virtualSize);
        }
        if (chunkSize < SMALLEST_CHUNK || chunkSize > LARGEST_CHUNK) {
            throw new DecodeException("chunk_size", SMALLEST_CHUNK + " to " + LARGEST_CHUNK, chunkSize);
        }
        long end = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            if (chunk.offset() < end) {
                throw new DecodeException("chunks[" + i + "].offset", "at least " + end + ", the end of the chunk before it", chunk.offset());
            }
            if (chunk.length() < 1 || chunk.length() > chunkSize) {
                throw new DecodeException("chunks[" + i + "].length", "1 to chunk_size " + chunkSize, chunk.length());
            }
            if (chunk.end() > virtualSize) {
                throw new DecodeException("chunks[" + i + "]", "within virtual_size " + virtualSize, "up to " + chunk.end());
            }
            end = chunk.end();
        }
    }
}
