package io.bessemer.agent.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The kernel's file trees below `root`: `/` on a machine, a fixture in tests. What is missing or cannot be read is empty;
/// drivers leave out what they do not know.
public record Sysfs(Path root) {
    private static final int LONGEST_FILE = 1 << 22;

    public static final Sysfs MACHINE = new Sysfs(Path.of("/"));

    public Path path(String name) {
        return root.resolve(name.startsWith("/") ? name.substring(1) : name);
    }

    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    public String text(String name) {
        return text(path(name));
    }

    public String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8).strip();
    }

    public byte[] bytes(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(LONGEST_FILE);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /// Names in a folder, sorted.
    public List<String> names(String folder) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Where a link leads in the end.
    public Optional<Path> real(Path link) {
        try {
            return Optional.of(link.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
