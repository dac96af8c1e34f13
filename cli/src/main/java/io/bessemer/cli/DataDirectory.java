package io.bessemer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// Where Bessemer keeps its files on this machine: an option of every command that uses them.
public final class DataDirectory {
    @Option(names = "--data-dir", paramLabel = "DIR", description = "Boot files, images, racks and logs (default: work, in the checkout).")
    private Path given;

    /// The checkout, as the launcher says.
    public static Path home() {
        String home = System.getenv("BESSEMER_HOME");
        return Path.of(home == null ? "." : home).toAbsolutePath().normalize();
    }

    public Path path() {
        return given == null ? home().resolve("work") : given.toAbsolutePath().normalize();
    }

    public Path boot() {
        return path().resolve("boot");
    }

    public Path images() {
        return path().resolve("images");
    }

    public Path cache() throws IOException {
        return Files.createDirectories(path().resolve("cache"));
    }

    public Path logs() throws IOException {
        return Files.createDirectories(path().resolve("logs"));
    }

    public Path racks() {
        return path().resolve("racks");
    }

    /// The agent's jar, as the build makes it.
    public static Path agentJar() throws IOException {
        Path target = home().resolve("deploy-ramdisk/agent/target");
        for (Path jar : list(target)) {
            if (jar.getFileName().toString().matches("bessemer-agent-[0-9].*\\.jar")) {
                return jar;
            }
        }
        throw new CommandFailure("The agent is not built: no jar in %s. Run ./bessemer build.".formatted(target));
    }

    public static List<Path> agentLibraries() throws IOException {
        return list(home().resolve("deploy-ramdisk/agent/target/lib"));
    }

    /// Where the build leaves the compute agent of hosts.
    public static Path computeAgentBuild() {
        return home().resolve("hypervisor-bootstrap/compute-agent/target");
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
