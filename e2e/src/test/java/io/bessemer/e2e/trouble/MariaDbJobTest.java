package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole job on the database of a larger site.
@Tag("mariadb")
class MariaDbJobTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void a_machine_goes_from_unknown_to_active_and_back_on_mariadb() throws Exception {
        int port = freePort();
        Process mariadb = start(port);
        try (var images = new ImageHost(); Site site = Site.start(directory, 3501, 1, "--bessemer.database.url=jdbc:mariadb://127.0.0.1:" + port + "/bessemer",
                "--bessemer.database.user=bessemer", "--bessemer.database.password=of-tests")) {
            SimulatedMachine machine = site.machine(0);
            String name = machine.spec().name();
            site.enrol(machine);
            site.provision(name, "manage");
            site.await(name, "manageable");
            site.provision(name, "inspect");
            site.await(name, "inspected", node -> node.path("provision_state").asString().equals("manageable") && !node.path("inspection_finished_at").isNull());
            site.provision(name, "provide");
            site.await(name, "available");
            site.set(name, "/instance_info", Map.of("image_source", images.url(), "image_checksum", images.sha256()));
            site.provision(name, "active");
            site.await(name, "active");
            Site.until("the host reports", machine::hostUp);
            site.provision(name, "deleted");
            site.await(name, "available");
            site.call("DELETE", "/v1/nodes/" + name, null).expect(204);
            assertThat(Files.exists(site.data().resolve("bessemer.mv.db"))).as("an embedded database beside MariaDB").isFalse();
        } finally {
            mariadb.destroy();
            if (!mariadb.waitFor(20, TimeUnit.SECONDS)) {
                mariadb.destroyForcibly();
            }
        }
    }

    private Process start(int port) throws IOException, InterruptedException, SQLException {
        Path data = directory.resolve("mariadb");
        Path log = directory.resolve("mariadb.log");
        String user = System.getProperty("user.name");
        Process install = new ProcessBuilder(find("mariadb-install-db"), "--no-defaults", "--datadir=" + data, "--user=" + user,
                "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(install.waitFor()).as(() -> log + " of mariadb-install-db").isZero();
        Process server = new ProcessBuilder(find("mariadbd"), "--no-defaults", "--user=" + user, "--datadir=" + data, "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"), "--port=" + port, "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        SQLException last = null;
        while (server.isAlive() && System.nanoTime() < deadline) {
            try (Connection root = DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", "root", ""); Statement statement = root.createStatement()) {
                statement.execute("CREATE DATABASE bessemer");
                statement.execute("GRANT ALL ON bessemer.* TO 'bessemer'@'127.0.0.1' IDENTIFIED BY 'of-tests'");
                return server;
            } catch (SQLException notYet) {
                last = notYet;
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        server.destroy();
        throw new AssertionError("mariadbd did not come up: " + last + "\n" + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String find(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin").stream())
                .map(place -> Path.of(place, program)).filter(Files::isExecutable).findFirst().map(Path::toString)
                .orElseThrow(() -> new AssertionError(program + " is not installed. Install the package mariadb-server."));
    }
}
