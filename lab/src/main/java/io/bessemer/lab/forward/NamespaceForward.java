package io.bessemer.lab.forward;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// Makes a TCP port of a namespace reachable at a loopback port of the one that this process is in.
public final class NamespaceForward implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    /// `sun_path` holds 108 bytes with its terminating zero.
    private static final int LONGEST_SOCKET_PATH = 107;

    private final Process inside;
    private final Relay outside;
    private final Path socket;

    private NamespaceForward(Process inside, Relay outside, Path socket) {
        this.inside = inside;
        this.outside = outside;
        this.socket = socket;
    }

    /// @param inNamespace makes of a command the one that runs it there
    /// @param target      `ADDRESS:PORT` there
    /// @param log         what the process inside says
    public static NamespaceForward start(InetSocketAddress listen, String target, UnaryOperator<List<String>> inNamespace, Path log)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bessemer-forward"); // short, for the socket's sake; only ours to enter
        Path socket = directory.resolve("s");
        if (socket.toString().length() + UnixToTcp.NOT_LISTENING.length() > LONGEST_SOCKET_PATH) {
            throw new IOException("%s is too long for a Unix socket; set java.io.tmpdir to a shorter directory".formatted(socket));
        }
        Relay outside;
        try {
            outside = Relay.start(listen, UnixDomainSocketAddress.of(socket));
        } catch (BindException e) {
            Files.delete(directory);
            throw new IOException("%s:%d is in use. Stop what listens there (another demo or server?)."
                    .formatted(listen.getHostString(), listen.getPort()), e);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process inside = new ProcessBuilder(inNamespace.apply(List.of(java, "-XX:+UseSerialGC", "-Xmx32m", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), UnixToTcp.class.getName(), socket.toString(), target)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var forward = new NamespaceForward(inside, outside, socket);
        try {
            forward.awaitSocket(log);
        } catch (IOException | InterruptedException e) {
            forward.close();
            throw e;
        }
        return forward;
    }

    private void awaitSocket(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!Files.exists(socket)) {
            if (!inside.isAlive()) {
                throw new IOException("the forwarder ended with %d: %s".formatted(inside.exitValue(), Files.readString(log).strip()));
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the forwarder did not listen within %d s; see %s".formatted(START.toSeconds(), log));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) outside.address();
    }

    @Override
    public void close() throws IOException {
        outside.close();
        inside.destroy();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.resolveSibling(socket.getFileName() + UnixToTcp.NOT_LISTENING));
        Files.deleteIfExists(socket.getParent());
    }
}
