package io.bessemer.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A data directory for the server of a demo: emptied at start, so that demos do not meet earlier ones' nodes.
final class ServerDirectory {
    private ServerDirectory() {}

    static Path empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            // symbolic links go, not what they lead to
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(directory);
    }
}
