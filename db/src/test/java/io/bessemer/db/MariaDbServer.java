package io.bessemer.db;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A real MariaDB on a data directory, socket and port of its own, with or without root: Debian's package mariadb-server. One for
/// all tests of a run; each asks for a database of its own.
final class MariaDbServer {
    static final String USER = "bessemer";
    static final String PASSWORD = "s3cret-of-tests";

    private static final Duration START = Duration.ofSeconds(60);
    private static MariaDbServer shared;

    private final AtomicInteger databases = new AtomicInteger();
    private final Path dir;
    private final int port;
    private final Process process;

    private MariaDbServer(Path dir, int port, Process process) {
        this.dir = dir;
        this.port = port;
        this.process = process;
    }

    static synchronized MariaDbServer shared() {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::stop));
        }
        return shared;
    }

    int port() {
        return port;
    }

    /// a new, empty database
    DatabaseSettings newDatabase() {
        String name = "bessemer" + databases.incrementAndGet();
        try (Connection root = root(); Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            statement.execute("GRANT ALL ON " + name + ".* TO '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new DatabaseSettings("jdbc:mariadb://127.0.0.1:" + port + "/" + name, USER, PASSWORD, 10);
    }

    private Connection root() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", "root", "");
    }

    private static MariaDbServer start() {
        try {
            Path dir = Files.createTempDirectory("bessemer-mariadb");
            String user = System.getProperty("user.name");
            run(dir, find("mariadb-install-db"), "--no-defaults", "--datadir=" + dir.resolve("data"), "--user=" + user,
                    "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve");
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Process process = new ProcessBuilder(find("mariadbd"), "--no-defaults", "--user=" + user, "--datadir=" + dir.resolve("data"),
                    "--socket=" + dir.resolve("socket"), "--pid-file=" + dir.resolve("pid"), "--port=" + port, "--bind-address=127.0.0.1",
                    "--skip-name-resolve", "--skip-log-bin")
                    .redirectErrorStream(true).redirectOutput(dir.resolve("server.log").toFile()).start();
            MariaDbServer server = new MariaDbServer(dir, port, process);
            server.awaitUp();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitUp() throws IOException {
        Instant deadline = Instant.now().plus(START);
        SQLException last = null;
        while (Instant.now().isBefore(deadline) && process.isAlive()) {
            try (Connection up = root(); Statement statement = up.createStatement()) {
                // with --skip-name-resolve a client on TCP is root@127.0.0.1
                statement.execute("SELECT 1");
                return;
            } catch (SQLException notYet) {
                last = notYet;
                Thread.onSpinWait();
            }
        }
        fail("mariadbd did not come up: " + last + "\n" + Files.readString(dir.resolve("server.log")));
    }

    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(dir)) {
                for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Path dir, String... command) throws IOException {
        Path log = dir.resolve("install.log");
        Process install = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (!install.waitFor(START.toSeconds(), TimeUnit.SECONDS) || install.exitValue() != 0) {
                fail(String.join(" ", command) + " failed:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String find(String program) {
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        places.addAll(List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin"));
        return places.stream().map(place -> Path.of(place, program)).filter(Files::isExecutable).findFirst().map(Path::toString)
                .orElseThrow(() -> new AssertionError(program + " is not installed. Install the package mariadb-server."));
    }
}
