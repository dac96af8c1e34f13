package io.bessemer.agent.disk;

import com.sun.nio.file.ExtendedOpenOption;
import io.bessemer.agent.linux.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A disk, or a file that stands for one, opened for reading and writing at offsets by several threads.
///
/// Large writes go past the page cache (O_DIRECT): the copy into it, and the wait for its return, would take as much of a fast
/// disk's time as checking and unpacking the data.
public final class BlockDevice implements AutoCloseable {
    private static final int SLICE = 1 << 20;
    private static final byte[] ZEROS = new byte[SLICE];
    /// Of buffers, offsets and lengths of direct writes; no disk has larger logical blocks.
    private static final int ALIGNMENT = 4096;

    private final Path path;
    private final FileChannel channel;
    /// the same, or one that goes past the page cache
    private final FileChannel direct;
    private final long size;

    private BlockDevice(Path path, FileChannel channel, FileChannel direct, long size) {
        this.path = path;
        this.channel = channel;
        this.direct = direct;
        this.size = size;
    }

    public static BlockDevice open(Path path) throws IOException {
        return open(path, false);
    }

    /// @param readSoon whether what is written will be read again soon, and is better kept in the page cache
    public static BlockDevice open(Path path, boolean readSoon) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new BlockDevice(path, channel, readSoon ? channel : direct(path, channel), channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel direct(Path path, FileChannel otherwise) {
        try {
            return FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException e) {
            return otherwise; // a file in memory, for example
        }
    }

    /// A buffer that [#write(ByteBuffer, long)] can hand to the disk as it is.
    public static ByteBuffer buffer(int capacity) {
        return ByteBuffer.allocateDirect(capacity + ALIGNMENT).alignedSlice(ALIGNMENT);
    }

    public Path path() {
        return path;
    }

    public long size() {
        return size;
    }

    /// In slices, because the JDK copies heap arrays into buffers of the same size outside the heap, and keeps those.
    public void write(byte[] bytes, int length, long offset) throws IOException {
        for (int done = 0; done < length;) {
            var slice = ByteBuffer.wrap(bytes, done, Math.min(SLICE, length - done));
            done += channel.write(slice, offset + done);
        }
    }

    /// Writes what remains in the buffer, past the page cache where all is aligned.
    public void write(ByteBuffer bytes, long offset) throws IOException {
        boolean aligned = offset % ALIGNMENT == 0 && bytes.remaining() % ALIGNMENT == 0 && bytes.isDirect()
                && bytes.alignmentOffset(bytes.position(), ALIGNMENT) == 0;
        FileChannel to = aligned ? direct : channel;
        for (long at = offset; bytes.hasRemaining();) {
            at += to.write(bytes, at);
        }
    }

    /// Fewer bytes than asked for only at the end of the device.
    public byte[] read(long offset, int length) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(length, size - offset)));
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) { }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /// Writes zeros.
    public void zero(long offset, long length) throws IOException {
        for (long done = 0; done < length; done += SLICE) {
            write(ZEROS, (int) Math.min(SLICE, length - done), offset + done);
        }
    }

    /// Makes a range read as zeros in the cheapest way that is sure: by telling the device, else by looking and writing where
    /// it is not zero.
    ///
    /// @return true when the device did it
    public boolean clear(long offset, long length) throws IOException, InterruptedException {
        if (punch(offset, length)) {
            return true;
        }
        for (long done = 0; done < length; done += SLICE) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int slice = (int) Math.min(SLICE, length - done);
            if (Arrays.mismatch(read(offset + done, slice), 0, slice, ZEROS, 0, slice) >= 0) {
                zero(offset + done, slice);
            }
        }
        return false;
    }

    /// Makes a range read as zeros without writing.
    ///
    /// @return false when the device cannot
    public boolean punch(long offset, long length) {
        try {
            SystemCalls.punchHole(path, offset, length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Tells the device that nothing on it is needed. A hint: devices that know no discard are not worth a word.
    public void discardAll() {
        if (Files.isRegularFile(path)) {
            punch(0, size);
            return;
        }
        try {
            SystemCalls.discard(path, 0, size);
        } catch (IOException e) {
            return;
        }
    }

    /// Makes what was written survive a power cut.
    public void flush() throws IOException {
        channel.force(true);
    }

    /// Lets the kernel find the partitions that were written. Waits a little for whoever has the disk open.
    public void rereadPartitions() throws IOException, InterruptedException {
        if (Files.isRegularFile(path)) {
            return;
        }
        for (int attempt = 1;; attempt++) {
            try {
                SystemCalls.rereadPartitions(path);
                return;
            } catch (IOException e) {
                if (attempt == 10) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel; direct) {
            return;
        }
    }
}
