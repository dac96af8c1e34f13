package io.bessemer.pxe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;

/// Boot files in memory. A rack that powers on asks for the same few ones: each is read once and kept for all, outside of the heap, where sockets take it from.
public final class KeptFiles {
    private static final long MOST_BYTES = 16L << 20;

    /// A file that was replaced is another one.
    private record Key(Path path, FileTime modified, long size, Object inode) {}

    private final Map<Key, ByteBuf> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytesKept;

    /// @param file at most a few MiB, which is for the caller to see to
    /// @return all of the file, to be released
    /// @throws IOException also when it became shorter meanwhile
    public ByteBuf whole(BootFiles.Found file) throws IOException {
        BasicFileAttributes attributes = file.attributes();
        var key = new Key(file.path(), attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        synchronized (kept) {
            ByteBuf bytes = kept.get(key);
            if (bytes == null) {
                bytes = read(file.path(), (int) attributes.size());
                keep(key, bytes);
            }
            return bytes.retainedDuplicate();
        }
    }

    private static ByteBuf read(Path path, int size) throws IOException {
        ByteBuf bytes = Unpooled.directBuffer(size, size);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            append(file, 0, size, bytes);
            return bytes;
        } catch (IOException | RuntimeException failure) {
            bytes.release();
            throw failure;
        }
    }

    /// Reads a part of a file.
    ///
    /// @throws IOException also when the file is too short
    public static void append(FileChannel file, long from, int length, ByteBuf into) throws IOException {
        for (int done = 0; done < length;) {
            int count = into.writeBytes(file, from + done, length - done);
            if (count < 0) {
                throw new EOFException("the file became shorter than " + (from + length) + " bytes");
            }
            done += count;
        }
    }

    private void keep(Key key, ByteBuf bytes) {
        kept.put(key, bytes);
        bytesKept += key.size();
        var oldest = kept.entrySet().iterator();
        while (bytesKept > MOST_BYTES) {
            var gone = oldest.next();
            bytesKept -= gone.getKey().size();
            gone.getValue().release();
            oldest.remove();
        }
    }

    void forgetAll() {
        synchronized (kept) {
            kept.values().forEach(ByteBuf::release);
            kept.clear();
            bytesKept = 0;
        }
    }
}
