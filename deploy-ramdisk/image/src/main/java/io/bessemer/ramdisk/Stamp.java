package io.bessemer.ramdisk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A hash of all that an artefact is made from, kept beside it: equal inputs need no second build.
public final class Stamp {
    private final MessageDigest digest;

    public Stamp() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public Stamp text(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    public Stamp content(Path file) throws IOException {
        text(file.getFileName().toString());
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return this;
    }

    public Stamp content(String name, byte[] bytes) {
        text(name);
        digest.update(bytes);
        return this;
    }

    /// A file of the system, which changes only with its package.
    public Stamp sizeAndTime(Path file) throws IOException {
        return text(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() / 1000);
    }

    public String value() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
