package io.bessemer.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The host's files below `root`: `/` on a host, a folder in tests.
public record HostFiles(Path root) {
    private static final int LONGEST = 1 << 20;

    public static final HostFiles HOST = new HostFiles(Path.of("/"));

    public Path path(String name) {
        return root.resolve(name.substring(1));
    }

    /// What a file says; empty when it is missing or cannot be read.
    public Optional<String> text(String name) {
        try (var in = Files.newInputStream(path(name))) {
            return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Replaces a file so that a crash leaves the old or the new one, on the disk when this returns.
    ///
    /// @param permissions as in `rw-------`
    public void write(String name, String text, String permissions) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(permissions));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true); // the name too
        }
    }

    /// @return whether it was another text before
    public boolean change(String name, String text, String permissions) throws IOException {
        if (text(name).equals(Optional.of(text.strip()))) {
            return false;
        }
        write(name, text, permissions);
        return true;
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }
}
