package io.bessemer.agent.disk;

import io.bessemer.agent.linux.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A disk, or a file that stands for one, opened for reading and writing at offsets by several threads.
public final class BlockDevice implements AutoCloseable {
    private static final int SLICE = 1 << 20;
    private static final byte[] ZEROS = new byte[SLICE];

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private BlockDevice(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    public static BlockDevice open(Path path) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new BlockDevice(path, channel, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
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
        channel.close();
    }
}
