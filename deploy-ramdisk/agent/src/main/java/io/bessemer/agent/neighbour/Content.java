package io.bessemer.agent.neighbour;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.bessemer.agent.protocol.ImageManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Unpacks what a neighbour sends, and believes nothing of it.
final class Content {
    private static final int SLICE = 64 << 10;
    /// log2 of the memory that a stream may ask for, in bytes; ours ask for 2^19
    private static final int LARGEST_WINDOW = 22;

    private Content() {}

    static final class WrongException extends IOException {
        private static final long serialVersionUID = 1;

        WrongException(String message) {
            super(message);
        }
    }

    /// @param into holds the chunk, and nothing else, afterwards
    /// @throws WrongException when it is not the chunk
    static void read(InputStream packed, ImageManifest.Chunk chunk, ByteBuffer into) throws IOException {
        MessageDigest digest = digest();
        into.clear().limit(chunk.length());
        byte[] slice = new byte[SLICE];
        try (var stream = new ZstdInputStreamNoFinalizer(packed).setLongMax(LARGEST_WINDOW)) {
            for (int read = stream.read(slice); read >= 0; read = stream.read(slice)) {
                if (read > into.remaining()) {
                    throw new WrongException("it is longer than %d bytes".formatted(chunk.length()));
                }
                digest.update(slice, 0, read);
                into.put(slice, 0, read);
            }
        } catch (com.github.luben.zstd.ZstdIOException e) {
            throw new WrongException("it does not unpack: " + e.getMessage());
        }
        if (into.hasRemaining()) {
            throw new WrongException("it has %d bytes, not %d".formatted(into.position(), chunk.length()));
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(chunk.content())) {
            throw new WrongException("its content has sha256 " + found);
        }
        into.flip();
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
