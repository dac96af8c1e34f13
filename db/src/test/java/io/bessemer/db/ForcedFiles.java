package io.bessemer.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/// Files of H2, `forced:` in its URL, of which is known how much was written to them, and how much of it was forced to the disk.
public final class ForcedFiles extends FilePathWrapper {
    static final AtomicLong WRITTEN = new AtomicLong();
    static final AtomicLong FORCED = new AtomicLong();

    static void register() {
        FilePath.register(new ForcedFiles());
    }

    @Override
    public String getScheme() {
        return "forced";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(super.open(mode));
    }

    private static final class Channel extends FileBaseDefault {
        private final FileChannel base;

        Channel(FileChannel base) {
            this.base = base;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return base.read(into, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            int written = base.write(from, position);
            WRITTEN.addAndGet(written);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            long before = WRITTEN.get();
            base.force(metaData);
            FORCED.set(before);
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            base.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return base.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return base.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            base.close();
        }
    }
}
