package io.bessemer.images;

import com.github.luben.zstd.ZstdInputStream;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Unpacks a compressed source into a sparse file, no further than the size allowed.
final class Decompression {
    private static final int BLOCK = 64 * 1024;
    /// written between two looks at the free space
    private static final long LOOK_BYTES = 8L << 20;
    private static final byte[] ZEROS = new byte[BLOCK];

    private Decompression() {}

    static void unpack(Path from, DiskFormat format, Path to, long largestBytes, Room room, String source) throws IOException {
        Process xz = format == DiskFormat.XZ ? xz(from) : null;
        try (InputStream file = new BufferedInputStream(xz == null ? Files.newInputStream(from) : xz.getInputStream(), 1 << 18); InputStream in = decoder(file, format);
                var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = 0;
            long looked = 0;
            room.require(LOOK_BYTES);
            byte[] block = new byte[BLOCK];
            for (int read = in.readNBytes(block, 0, BLOCK); read > 0; read = in.readNBytes(block, 0, BLOCK)) {
                if (Arrays.mismatch(block, 0, read, ZEROS, 0, read) >= 0) {
                    if (size - looked >= LOOK_BYTES) {
                        room.require(LOOK_BYTES);
                        looked = size;
                    }
                    for (ByteBuffer bytes = ByteBuffer.wrap(block, 0, read); bytes.hasRemaining();) {
                        out.write(bytes, size + bytes.position());
                    }
                }
                size += read;
                if (size > largestBytes) {
                    throw new ImageImportException("image_source %s unpacks to more than the %d bytes allowed".formatted(source, largestBytes), false);
                }
            }
            if (out.size() < size) {
                out.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
            if (xz != null && xz.waitFor() != 0) {
                throw new ImageImportException("image_source %s is not sound xz data".formatted(source), false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Unpacking was interrupted", e);
        } catch (ImageImportException e) {
            throw e;
        } catch (IOException e) {
            if (Room.isFull(e)) {
                throw e;
            }
            throw new ImageImportException("image_source %s could not be unpacked from %s: %s".formatted(source, format.label(), e.getMessage()), false, e);
        } finally {
            if (xz != null) {
                xz.destroyForcibly();
            }
        }
    }

    private static InputStream decoder(InputStream in, DiskFormat format) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(in, 1 << 16);
            case ZSTD -> new ZstdInputStream(in);
            case XZ -> in;
            case RAW, QCOW2, VMDK, VHDX, VDI, LUKS, HTML -> throw new IllegalArgumentException(format + " is not compressed");
        };
    }

    private static Process xz(Path file) throws IOException {
        DebianPackages.require(List.of("xz"), Progress.SILENT);
        return new ProcessBuilder("xz", "-dc", "--memlimit-decompress=512MiB", file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
