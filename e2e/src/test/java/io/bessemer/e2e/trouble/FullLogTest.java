package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log goes to a disk that is full: each line it writes is refused with ENOSPC.
class FullLogTest {
    @TempDir
    private Path directory;

    @Test
    void a_server_that_cannot_write_its_log_works_all_the_same() throws Exception {
        int api;
        try (ServerSocket free = new ServerSocket(0)) {
            api = free.getLocalPort();
        }
        int agents;
        try (ServerSocket free = new ServerSocket(0)) {
            agents = free.getLocalPort();
        }
        int hosts;
        try (ServerSocket free = new ServerSocket(0)) {
            hosts = free.getLocalPort();
        }
        Path full = Path.of("/dev/full");
        Process server = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                ServerMain.class.getName(), "--data-dir", directory.toString(), "--listen", "127.0.0.1:" + api, "--bessemer.agent.listen=127.0.0.1:" + agents,
                "--bessemer.hosts.port=" + hosts)
                .redirectOutput(full.toFile()).redirectError(full.toFile()).start();
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI nodes = URI.create("http://127.0.0.1:" + api + "/v1/nodes");
            Site.until("the API answers", () -> server.isAlive() && status(http, HttpRequest.newBuilder(nodes)) == 200);
            for (int i = 0; i < 20; i++) {
                assertThat(status(http, HttpRequest.newBuilder(URI.create(nodes + "/none/states/power")).PUT(HttpRequest.BodyPublishers.ofString("{")))).isEqualTo(400);
                assertThat(status(http, HttpRequest.newBuilder(nodes).POST(HttpRequest.BodyPublishers.ofString("{\"driver\": \"ipmi\"}")))).isEqualTo(201);
            }
            assertThat(server.isAlive()).isTrue();
        } finally {
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).as("it also stops").isTrue();
        }
    }

    /// -1 while nobody answers.
    private static int status(HttpClient http, HttpRequest.Builder request) {
        try {
            return http.send(request.header("Content-Type", "application/json").build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
