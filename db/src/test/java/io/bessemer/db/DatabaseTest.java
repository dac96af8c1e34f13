package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Opening the database, what can go wrong then, and what is left when a process is killed.
class DatabaseTest {
    /// as many as the pool has
    private static final int POOLED = DatabaseSettings.embedded().poolSize();

    @TempDir
    private Path dataDir;

    @Test
    void every_commit_that_returned_is_there_after_a_kill_and_meanwhile_nobody_else_gets_in() throws Exception {
        NodeId id = NodeId.random();
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), CommittingProcess.class.getName(), dataDir.toString(), id.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        long last = 0;
        try (BufferedReader versions = process.inputReader()) {
            for (String line = versions.readLine(); line != null; line = versions.readLine()) {
                if (line.isBlank() || !Character.isDigit(line.charAt(0))) {
                    continue;
                }
                last = Long.parseLong(line);
                if (last == 50) {
                    assertThatThrownBy(this::open).isInstanceOf(DatabaseStartException.class)
                            .hasMessageContaining("in use by process " + process.pid()).hasMessageContaining("stop the other one");
                }
                if (last >= 200) {
                    process.toHandle().destroyForcibly(); // SIGKILL; unlike Process it leaves us what was printed before
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(last).isGreaterThanOrEqualTo(200);
        try (Database database = open()) {
            Node node = database.nodes().find(id).orElseThrow();
            assertThat(node.version()).isBetween(last, last + 1);
            assertThat(database.flows().find(id).orElseThrow().attempt()).isEqualTo(node.attempt()).isEqualTo(node.version());
            assertThat(node.driverInfo()).containsEntry("ipmi_password", "pw");
        }
    }

    /// As H2 does by itself over a full disk, in one of two ways. The pool looks only at connections that rested for half a second, so one that is in use all the time must be known by how it fails.
    @ParameterizedTest
    @ValueSource(strings = {"SHUTDOWN", "SHUTDOWN IMMEDIATELY"})
    void a_database_that_closed_under_its_connections_is_opened_again_by_whoever_comes_next(String how) throws Exception {
        try (Database database = open()) {
            NodeId id = database.nodes().create(Node.builder(NodeId.random(), "fake").name("web").build()).id();
            Deque<Connection> pooled = new ArrayDeque<>();
            for (int i = 0; i < POOLED; i++) {
                pooled.add(database.dataSource().getConnection());
                assertThat(pooled.getLast().isValid(5)).isTrue();
            }
            try (Statement statement = pooled.getFirst().createStatement()) {
                statement.execute(how);
            } catch (SQLException closed) {
                // with the database
            }
            for (Connection one : pooled) {
                try {
                    one.close();
                } catch (SQLException closed) {
                    // with the database
                }
            }
            for (int i = 0; i < 3; i++) {
                assertThat(database.nodes().find(id)).isPresent();
                database.transactions().run(() -> assertThat(database.nodes().find(id)).isPresent());
                database.nodes().create(Node.builder(NodeId.random(), "fake").name("web-" + i).build());
            }
        }
    }

    /// Of a thread that is told to stop while it reads.
    @Test
    void an_interrupt_does_not_close_the_embedded_file() throws Exception {
        List<NodeId> ids = IntStream.range(0, 200).mapToObj(_ -> NodeId.random()).toList();
        try (Database database = open()) {
            ids.forEach(id -> database.nodes().create(Node.builder(id, "ipmi").build()));
        }
        var uncached = new DatabaseSettings(DatabaseSettings.EMBEDDED + ";CACHE_SIZE=0", null, null, 0);
        try (Database database = Database.open(uncached, dataDir, Clock.systemUTC())) {
            AtomicInteger read = new AtomicInteger();
            Thread.ofPlatform().start(() -> ids.forEach(id -> {
                Thread.currentThread().interrupt();
                read.addAndGet(database.nodes().find(id).isPresent() ? 1 : 0);
            })).join();
            assertThat(read).hasValue(ids.size());
        }
    }

    @Test
    void the_key_file_is_made_once_for_its_owner_alone() throws Exception {
        NodeId id;
        try (Database database = open()) {
            id = database.nodes().create(Node.builder(NodeId.random(), "fake").driverInfo(Map.of("ipmi_password", "pw")).build()).id();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key()))).isEqualTo("rw-------");
        String key = Files.readString(key());
        try (Database database = open()) {
            assertThat(database.nodes().find(id).orElseThrow().driverInfo()).containsEntry("ipmi_password", "pw");
        }
        assertThat(key()).hasContent(key);
    }

    @Test
    void a_derived_key_is_the_same_after_a_restart_another_for_each_purpose_and_tells_nothing_of_the_key() throws Exception {
        String derived;
        try (Database database = open()) {
            derived = database.derivedKey("neighbours of image a");
            assertThat(database.derivedKey("neighbours of image b")).isNotEqualTo(derived);
        }
        assertThat(derived).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(Files.readString(key()).strip());
        try (Database database = open()) {
            assertThat(database.derivedKey("neighbours of image a")).isEqualTo(derived);
        }
    }

    @Test
    void without_its_key_or_with_another_one_the_database_does_not_open() throws Exception {
        open().close();
        String key = Files.readString(key());
        Files.delete(key());
        assertThatThrownBy(this::open).isInstanceOf(DatabaseStartException.class).hasMessageContaining(key() + " does not exist")
                .hasMessageContaining("Restore it from a backup");
        assertThat(key()).doesNotExist();
        Files.writeString(key(), "A".repeat(43) + "=");
        assertThatThrownBy(this::open).isInstanceOf(DatabaseStartException.class).hasMessageContaining("holds key 66687aad");
        Files.writeString(key(), "short");
        assertThatThrownBy(this::open).isInstanceOf(DatabaseStartException.class);
        Files.writeString(key(), key);
        open().close();
    }

    @Test
    void an_unreachable_server_a_wrong_password_and_a_missing_database_name_the_setting() throws Exception {
        int closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = free.getLocalPort();
        }
        assertThatThrownBy(() -> open("jdbc:mariadb://127.0.0.1:" + closed + "/bessemer?password=clear", "bessemer", "x"))
                .isInstanceOf(DatabaseStartException.class).hasMessageContaining("Check bessemer.database.url").hasMessageNotContaining("clear");
        DatabaseSettings good = MariaDbServer.shared().newDatabase();
        assertThatThrownBy(() -> open(good.url(), good.user(), "wrong")).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("refuses user 'bessemer'").hasMessageContaining("bessemer.database.password");
        assertThatThrownBy(() -> open(good.url() + "nowhere", good.user(), good.password())).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("does not exist").hasMessageContaining("bessemer.database.url");
        assertThatThrownBy(() -> open("jdbc:postgresql:x", null, null)).hasMessageContaining("must begin with jdbc:mariadb:");
        assertThat(good.toString()).doesNotContain(MariaDbServer.PASSWORD);
    }

    @Test
    void a_conductor_on_a_shared_database_needs_the_key_of_the_first(@TempDir Path other) throws Exception {
        DatabaseSettings shared = MariaDbServer.shared().newDatabase();
        try (Database first = Database.open(shared, dataDir, Clock.systemUTC())) {
            NodeId id = first.nodes().create(Node.builder(NodeId.random(), "fake").driverInfo(Map.of("ipmi_password", "pw")).build()).id();
            assertThatThrownBy(() -> Database.open(shared, other, Clock.systemUTC())).hasMessageContaining("copy it from another conductor");
            Files.copy(key(), other.resolve("secret.key"));
            try (Database second = Database.open(shared, other, Clock.systemUTC())) {
                assertThat(second.nodes().find(id).orElseThrow().driverInfo()).containsEntry("ipmi_password", "pw");
            }
        }
    }

    private Path key() {
        return dataDir.resolve("secret.key");
    }

    private Database open() {
        return Database.open(DatabaseSettings.embedded(), dataDir, Clock.systemUTC());
    }

    private Database open(String url, String user, String password) {
        return Database.open(new DatabaseSettings(url, user, password, 2), dataDir, Clock.systemUTC());
    }
}
