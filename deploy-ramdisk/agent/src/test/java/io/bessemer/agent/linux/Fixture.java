package io.bessemer.agent.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Builds a tree of /sys and /proc from a text file in `machines/`: `path = text`, `path := hex`, `path -> link target`, and
/// `path /` for an empty folder.
public final class Fixture {
    private Fixture() {}

    public static Sysfs machine(String name, Path root) {
        try (InputStream in = Fixture.class.getResourceAsStream("/machines/" + name + ".txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    make(root, line);
                }
            }
            return new Sysfs(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path root, String line) throws IOException {
        String[] words = line.split(" ", 3);
        Path path = root.resolve(words[0]);
        Files.createDirectories(path.getParent());
        switch (words[1]) {
            case "=" -> Files.writeString(path, words[2].replace("\\n", "\n") + "\n");
            case ":=" -> Files.write(path, HexFormat.of().parseHex(words[2].replace(" ", "")));
            case "->" -> Files.createSymbolicLink(path, Path.of(words[2]));
            case "/" -> Files.createDirectories(path);
            default -> throw new IllegalArgumentException(line);
        }
    }
}
