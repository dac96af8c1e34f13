package io.bessemer.agent.boot;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Firmware's variables as it left them, and EFI system partitions with anything on them.
class BootVariablesFuzzTest {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final int MOST_FILES = 20;

    /// Each of them the same bytes.
    @FuzzTest
    void variables(byte[] bytes) throws IOException {
        Path folder = Files.createTempDirectory("variables");
        try {
            for (String name : new String[] {"BootOrder", "BootCurrent", "Boot0001", "BootFFFF"}) {
                Files.write(folder.resolve(name + GLOBAL), bytes);
            }
            var variables = new BootVariables(folder);
            assert variables.order().stream().allMatch(number -> number >= 0 && number <= 0xffff);
            variables.current();
            variables.entries().values().forEach(entry -> {
                entry.isNetwork();
                entry.partition();
            });
        } finally {
            delete(folder);
        }
    }

    /// The bytes are names of files, a line each.
    @FuzzTest
    void system_partitions(byte[] bytes) throws IOException {
        Path esp = Files.createTempDirectory("esp");
        try {
            new String(bytes, StandardCharsets.UTF_8).lines().limit(MOST_FILES).forEach(name -> create(esp, name));
            String loader = Loaders.find(esp);
            assert loader.isEmpty() || loader.startsWith("\\") && Files.exists(esp.resolve(loader.substring(1).replace('\\', '/'))) : loader;
        } finally {
            delete(esp);
        }
    }

    private static void create(Path esp, String name) {
        try {
            Path file = esp.resolve(name.replace('\\', '/').replaceFirst("^/+", "")).normalize();
            if (file.startsWith(esp) && !file.equals(esp)) {
                Files.createDirectories(file.getParent());
                Files.createFile(file);
            }
        } catch (InvalidPathException | FileSystemException refused) {
            // no name of a file
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
