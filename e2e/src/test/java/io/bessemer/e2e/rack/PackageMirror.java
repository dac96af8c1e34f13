package io.bessemer.e2e.rack;

import io.bessemer.core.program.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A flat repository of Debian packages with all that they need, from the package sources of this machine, served where a rack's machines reach it.
final class PackageMirror implements AutoCloseable {
    private static final int PORT = 8099;
    /// apt asks for `/./Packages` in a repository called `./`, which the JDK's web server does not find
    private static final String FLAT = "debs";
    private static final Duration DOWNLOAD = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofSeconds(30);

    private final Process server;

    private PackageMirror(Process server) {
        this.server = server;
    }

    /// Downloads what is not there yet, and indexes all of it.
    ///
    /// @return what is to be served
    static Path fill(Path folder, List<String> packages) throws IOException {
        Path debs = folder.resolve(FLAT);
        Files.createDirectories(debs.resolve("partial"));
        Path nothing = Files.writeString(folder.resolve("nothing-installed"), "");
        var words = new ArrayList<>(List.of("apt-get", "--yes", "--quiet", "--no-install-recommends", "--download-only", "-o", "Dir::State::status=" + nothing,
                "-o", "Dir::Cache::archives=" + debs, "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "-o", "APT::Sandbox::User=root",
                "-o", "Debug::NoLocking=1", "install"));
        words.addAll(packages);
        Command.of(words).timeout(DOWNLOAD).run();
        Files.deleteIfExists(debs.resolve("Release"));
        for (String index : List.of("packages", "release")) { // in this order: the second has the hash of the first
            String name = index.equals("packages") ? "Packages" : "Release";
            Command.of("sh", "-c", "cd \"$1\" && apt-ftparchive \"$2\" \"$3\" > index.part && mv index.part \"$3/$4\"", "sh", folder.toString(), index, FLAT, name)
                    .timeout(DOWNLOAD).run();
        }
        return folder;
    }

    /// @param address   on which the machines see the provisioner
    static PackageMirror serve(TestRack rack, String address, Path folder, Path log) throws IOException {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(), "--bind-address", address,
                "--port", String.valueOf(PORT), "--directory", folder.toString());
        return new PackageMirror(new ProcessBuilder(rack.inNetwork(command)).redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start());
    }

    /// For `package_mirror`.
    static String line(String address) {
        return "deb [trusted=yes] http://%s:%d/ %s/".formatted(address, PORT, FLAT);
    }

    void await(Path log) throws Exception {
        Operator.await("the package mirror to serve", START, () -> {
            String said = Files.readString(log);
            return new Operator.Look(server.isAlive() && said.contains("Serving"), "it said: " + said);
        });
    }

    @Override
    public void close() {
        server.destroy();
    }
}
