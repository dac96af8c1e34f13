package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.identity.HttpBasic;
import io.bessemer.api.identity.KeystoneSettings;
import io.bessemer.api.identity.KeystoneTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// OpenStack's own client logs in: by Ironic's file of passwords, and by Keystone's tokens with a stand-in for Keystone.
@Tag("client")
class BaremetalLoginTest {
    private static final Path STAND_IN = Path.of("../acceptance/tempest/keystone.py");

    @TempDir
    Path directory;

    private record Result(int code, String output) {}

    private Result run(Map<String, String> login, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("baremetal"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "client", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OS_"));
        builder.environment().putAll(Map.of("XDG_CACHE_HOME", directory.toString(), "HOME", directory.toString()));
        builder.environment().putAll(login);
        Process process = builder.start();
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("'%s' did not end within 100 s: %s".formatted(String.join(" ", command), Files.readString(out)));
        }
        return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }

    @Test
    void by_user_and_password() throws Exception {
        Path users = directory.resolve("htpasswd");
        Files.writeString(users, "ada:" + BCrypt.hashpw("love lace", BCrypt.gensalt("$2y", 5)) + "\n");
        try (ApiServer api = ApiServer.start(directory.resolve("data"), new HttpBasic(users))) {
            Map<String, String> ada = Map.of("OS_AUTH_TYPE", "http_basic", "OS_ENDPOINT", api.url(), "OS_USERNAME", "ada", "OS_PASSWORD", "love lace");
            Result made = run(ada, "node", "create", "--driver", "fake-hardware", "--name", "by-ada", "-f", "value", "-c", "name");
            assertThat(made).isEqualTo(new Result(0, "by-ada\n"));
            assertThat(run(ada, "node", "list", "-f", "value", "-c", "Name")).isEqualTo(new Result(0, "by-ada\n"));
            Map<String, String> wrong = new HashMap<>(ada);
            wrong.put("OS_PASSWORD", "hate lace");
            Result refused = run(wrong, "node", "list");
            assertThat(refused.code()).isNotZero();
            assertThat(refused.output()).contains("401").doesNotContain("by-ada");
        }
    }

    @Test
    void by_a_token_of_keystone_that_bounds_what_is_seen() throws Exception {
        int port = freePort();
        var settings = new KeystoneSettings(URI.create("http://127.0.0.1:" + port + "/v3"), "http://127.0.0.1:" + port, "bessemer", "word", "service", "Default", "Default",
                "service", null, Duration.ofSeconds(20), Duration.ofMinutes(2));
        try (ApiServer api = ApiServer.start(directory.resolve("data"), new KeystoneTokens(settings, Clock.systemUTC()))) {
            Process keystone = new ProcessBuilder("python3", STAND_IN.toString(), String.valueOf(port), api.url()).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("keystone.log").toFile()).start();
            try {
                awaitListening(port);
                Map<String, String> system = as(port, "admin");
                system.put("OS_SYSTEM_SCOPE", "all");
                Map<String, String> project = as(port, "someone");
                project.put("OS_PROJECT_NAME", "web");
                project.put("OS_PROJECT_DOMAIN_NAME", "Default");
                Map<String, String> reader = new HashMap<>(project);
                reader.put("OS_USERNAME", "a-reader");

                Result made = run(system, "node", "create", "--driver", "fake-hardware", "--name", "the-systems", "-f", "value", "-c", "owner");
                assertThat(made).isEqualTo(new Result(0, "None\n"));
                Result own = run(project, "node", "create", "--driver", "fake-hardware", "--name", "the-webs", "-f", "value", "-c", "owner");
                assertThat(own.code()).as(own.output()).isZero();
                assertThat(own.output()).as("id of the project, as the token has it").matches("[0-9a-f]{32}\n");
                assertThat(run(system, "node", "list", "-f", "value", "-c", "Name").output()).isEqualTo("the-systems\nthe-webs\n");
                assertThat(run(project, "node", "list", "-f", "value", "-c", "Name").output()).isEqualTo("the-webs\n");
                assertThat(run(reader, "node", "list", "-f", "value", "-c", "Name").output()).isEqualTo("the-webs\n");
                Result hidden = run(project, "node", "show", "the-systems");
                assertThat(hidden.code()).isNotZero();
                assertThat(hidden.output()).contains("Node the-systems could not be found");
                Result forbidden = run(reader, "node", "maintenance", "set", "the-webs");
                assertThat(forbidden.code()).isNotZero();
                assertThat(forbidden.output()).contains("baremetal:node:set_maintenance");
                assertThat(run(project, "node", "maintenance", "set", "the-webs").code()).isZero();
            } finally {
                keystone.destroy();
                keystone.waitFor();
            }
        }
    }

    private static Map<String, String> as(int port, String user) {
        return new HashMap<>(Map.of("OS_AUTH_TYPE", "password", "OS_AUTH_URL", "http://127.0.0.1:%d/v3".formatted(port), "OS_USERNAME", user, "OS_PASSWORD", "any",
                "OS_USER_DOMAIN_NAME", "Default", "OS_IDENTITY_API_VERSION", "3"));
    }

    private void awaitListening(int port) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(30);
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                if (Instant.now().isAfter(deadline)) {
                    throw new AssertionError("the stand-in for Keystone does not listen: " + Files.readString(directory.resolve("keystone.log")), notYet);
                }
                Thread.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
