package io.bessemer.notifications.ironic;

import io.bessemer.notifications.Telling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real RabbitMQ on a directory and loopback ports of its own: Debian's package rabbitmq-server.
final class RabbitMqServer implements AutoCloseable {
    private static final String PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private final Path directory;
    private final int port = freePort();
    private final int mapperPort = freePort();
    private final int distributionPort = freePort();
    private Process process;

    RabbitMqServer(Path directory) {
        this.directory = directory;
    }

    String url() {
        return "rabbit://guest:guest@127.0.0.1:" + port + "/";
    }

    /// Waits until it answers.
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(PROGRAM).redirectErrorStream(true).redirectOutput(directory.resolve("rabbitmq.log").toFile());
        Files.createDirectories(directory.resolve("home"));
        builder.environment().putAll(Map.ofEntries(Map.entry("HOME", directory.resolve("home").toString()), Map.entry("ERL_EPMD_PORT", String.valueOf(mapperPort)),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"), Map.entry("ERL_EPMD_RELAXED_COMMAND_CHECK", "1"), Map.entry("RABBITMQ_NODENAME", "bessemer-" + port + "@localhost"),
                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
                Map.entry("RABBITMQ_DIST_PORT", String.valueOf(distributionPort)), Map.entry("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString()),
                Map.entry("RABBITMQ_LOG_BASE", directory.resolve("log").toString()), Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString()),
                Map.entry("RABBITMQ_CONFIG_FILE", directory.resolve("none").toString()), Map.entry("RABBITMQ_PID_FILE", directory.resolve("pid").toString()),
                Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")));
        process = builder.start();
        Telling.await("RabbitMQ", () -> !process.isAlive() || answers(), () -> log());
        if (!process.isAlive()) {
            throw new IllegalStateException("RabbitMQ ended: " + log());
        }
    }

    /// As a power cut would.
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("rabbitmq.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The port mapper that the server left behind is on a port of its own, and ends too: it was started such that it does while it knows of a server.
    @Override
    public void close() throws Exception {
        kill();
        ProcessBuilder end = new ProcessBuilder("epmd", "-kill").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        end.environment().putAll(Map.of("ERL_EPMD_PORT", String.valueOf(mapperPort), "ERL_EPMD_ADDRESS", "127.0.0.1"));
        end.start().waitFor(10, TimeUnit.SECONDS);
    }
}
