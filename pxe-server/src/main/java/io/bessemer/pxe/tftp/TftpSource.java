package io.bessemer.pxe.tftp;

import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.KeptFiles;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/// What one transfer reads from. A loader is small and comes from memory. Larger files are read block by block, which the kernel's cache makes cheap.
sealed interface TftpSource extends AutoCloseable {
    long LARGEST_KEPT = 4L << 20;

    long size();

    /// Appends bytes.
    ///
    /// @throws IOException also when the file became shorter
    void read(long from, int length, ByteBuf into) throws IOException;

    @Override
    void close() throws IOException;

    static TftpSource open(BootFiles.Found found, KeptFiles files) throws IOException {
        if (found.attributes().size() <= LARGEST_KEPT) {
            return new Kept(files.whole(found));
        }
        FileChannel file = FileChannel.open(found.path(), StandardOpenOption.READ);
        return new Opened(file, file.size());
    }

    /// Owns its share of the bytes.
    record Kept(ByteBuf bytes) implements TftpSource {
        @Override
        public long size() {
            return bytes.readableBytes();
        }

        @Override
        public void read(long from, int length, ByteBuf into) {
            into.writeBytes(bytes, (int) from, length);
        }

        @Override
        public void close() {
            bytes.release();
        }
    }

    record Opened(FileChannel file, long size) implements TftpSource {
        @Override
        public void read(long from, int length, ByteBuf into) throws IOException {
            KeptFiles.append(file, from, length, into);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
