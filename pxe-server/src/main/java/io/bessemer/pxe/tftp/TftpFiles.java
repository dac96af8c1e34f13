package io.bessemer.pxe.tftp;

import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;

/// What transfers read from. A loader is small and a rack that powers on asks for the same one: it is read once and kept for all. Larger
/// files are read block by block, which the kernel's cache makes cheap.
final class TftpFiles {
    private static final long LARGEST_KEPT = 4L << 20;
    private static final long MOST_BYTES_KEPT = 16L << 20;

    /// A file that was replaced is another one.
    private record Key(Path path, FileTime modified, long size, Object inode) {}

    private final Map<Key, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytesKept;

    /// An open file.
    sealed interface Source extends AutoCloseable {
        long size();

        /// Appends bytes.
        ///
        /// @throws IOException also when the file became shorter
        void read(long from, int length, ByteBuf into) throws IOException;

        @Override
        void close() throws IOException;
    }

    private record Kept(byte[] bytes) implements Source {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long from, int length, ByteBuf into) {
            into.writeBytes(bytes, (int) from, length);
        }

        @Override
        public void close() {}
    }

    private record Opened(FileChannel file, long size) implements Source {
        @Override
        public void read(long from, int length, ByteBuf into) throws IOException {
            for (int done = 0; done < length;) {
                int count = into.writeBytes(file, from + done, length - done);
                if (count < 0) {
                    throw new EOFException("the file became shorter than " + size + " bytes");
                }
                done += count;
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    Source open(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.size() > LARGEST_KEPT) {
            FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
            return new Opened(file, file.size());
        }
        var key = new Key(path, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        synchronized (kept) {
            byte[] bytes = kept.get(key);
            if (bytes == null) {
                bytes = Files.readAllBytes(path);
                keep(key, bytes);
            }
            return new Kept(bytes);
        }
    }

    private void keep(Key key, byte[] bytes) {
        kept.put(key, bytes);
        bytesKept += bytes.length;
        var oldest = kept.entrySet().iterator();
        while (bytesKept > MOST_BYTES_KEPT) {
            bytesKept -= oldest.next().getValue().length;
            oldest.remove();
        }
    }
}
