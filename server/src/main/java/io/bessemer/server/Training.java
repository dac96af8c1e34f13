package io.bessemer.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/// A short life of the server on loopback with a throw-away database, so that the JVM can record what it loads and links: the
/// launcher makes the AOT cache from it, which halves the time to a ready server.
final class Training {
    private static final int ROUNDS = 150;
    private static final int SELDOM = 10;

    private Training() {
    }

    static void run() {
        try {
            Path data = Files.createTempDirectory("bessemer-train");
            String api = "127.0.0.1:" + freePort();
            try (ConfigurableApplicationContext server = ServerMain.start(List.of("--bessemer.data-dir=" + data, "--bessemer.api.listen=" + api,
                    "--bessemer.agent.listen=127.0.0.1:" + freePort(), "--bessemer.hosts.port=" + freePort(), "--logging.level.io.bessemer=warn",
                    "--spring.config.location=" + data.toUri()), Training::forgetSurroundings)) {
                exercise("http://" + api);
            } finally {
                delete(data);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is set for the server itself, its database above all, is no concern of a training: neither the environment nor files are looked at.
    private static void forgetSurroundings(ConfigurableApplicationContext context) {
        MutablePropertySources sources = context.getEnvironment().getPropertySources();
        sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    }

    /// What clients do most, often enough that the JVM knows what is worth compiling.
    private static void exercise(String api) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < ROUNDS; i++) {
                String node = "00000000-0000-4000-8000-%012d".formatted(i);
                send(client, "POST", api + "/v1/nodes", "{\"driver\": \"ipmi\", \"uuid\": \"%s\", \"name\": \"n%d\", \"driver_info\": {\"ipmi_address\": \"127.0.0.1\"}}".formatted(node, i));
                send(client, "POST", api + "/v1/ports", "{\"node_uuid\": \"%s\", \"address\": \"52:54:00:00:%02x:%02x\"}".formatted(node, i / 256, i % 256));
                send(client, "PATCH", api + "/v1/nodes/n" + i, "[{\"op\": \"add\", \"path\": \"/extra/rack\", \"value\": \"r1\"}]");
                send(client, "GET", api + "/v1/nodes/" + node, null);
                for (String path : List.of("/v1", "/v1/nodes", "/v1/nodes/detail", "/v1/drivers", "/v1/ports", "/v1/nodes/none")) {
                    if (i % SELDOM == 0) {
                        send(client, "GET", api + path, null);
                    }
                }
            }
        }
    }

    private static void send(HttpClient client, String method, String url, String json) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher body = json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json);
        client.send(HttpRequest.newBuilder(URI.create(url)).method(method, body).header("Content-Type", "application/json")
                .header("X-OpenStack-Ironic-API-Version", "latest").build(), HttpResponse.BodyHandlers.discarding());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
