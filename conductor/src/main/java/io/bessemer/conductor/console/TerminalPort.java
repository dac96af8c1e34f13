package io.bessemer.conductor.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's console on a TCP port, raw, as Ironic's `socat` serves it; but all clients read and all may type, as at one keyboard. There is
/// no login: who reaches the port has the console.
final class TerminalPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalPort.class);
    private static final int MOST_CLIENTS = 8;
    private static final int WAITING = 256 << 10;
    private static final Duration LOOK = Duration.ofSeconds(30);
    /// A client that stopped its screen for longer may come again.
    private static final Duration DOES_NOT_READ = Duration.ofMinutes(5);
    private static final Duration LOOK_AT_CLIENTS = Duration.ofSeconds(5);
    private static final Long NOTHING_WRITTEN = Long.MIN_VALUE;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int KEEP_ALIVE_PROBES = 3;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final NodeConsole console;
    private final ServerSocket server;
    /// and since when each has not taken what is written to it
    private final Map<Socket, Long> clients = new ConcurrentHashMap<>();

    TerminalPort(NodeConsole console, InetSocketAddress address) throws IOException {
        this.console = console;
        this.server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address);
            server.setSoTimeout((int) LOOK_AT_CLIENTS.toMillis());
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Thread.ofVirtual().name("console-port-" + server.getLocalPort()).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (clients.size() >= MOST_CLIENTS) {
                    client.close();
                    continue;
                }
                client.setKeepAlive(true); // one whose machine is gone says nothing, and would keep its place for ever
                client.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
                client.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_SECONDS);
                client.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
                clients.put(client, NOTHING_WRITTEN);
                Thread.ofVirtual().name("console-client").start(() -> serve(client));
            } catch (SocketTimeoutException look) {
                // only to look at those who do not read
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.debug("A client of a console did not come through: {}", e.toString());
                    LockSupport.parkNanos(PAUSE.toNanos()); // no file may be left to open
                }
            }
            long now = System.nanoTime();
            clients.forEach((client, since) -> {
                if (!since.equals(NOTHING_WRITTEN) && now - since > DOES_NOT_READ.toNanos()) {
                    close(client);
                }
            });
        }
    }

    private void serve(Socket client) {
        Tap tap = console.watch(WAITING, true, () -> {});
        try (client; tap) {
            Thread.ofVirtual().name("console-keys").start(() -> type(client, tap));
            OutputStream out = client.getOutputStream();
            for (byte[] text = tap.take(LOOK); text != null; text = tap.take(LOOK)) {
                clients.replace(client, System.nanoTime());
                out.write(text);
                clients.replace(client, NOTHING_WRITTEN);
            }
        } catch (IOException gone) {
            LOG.debug("A client of a console is gone: {}", gone.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
        }
    }

    private void type(Socket client, Tap tap) {
        byte[] buffer = new byte[4096];
        try (tap) {
            InputStream in = client.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                console.type(Arrays.copyOf(buffer, read));
            }
        } catch (IOException gone) {
            LOG.debug("A client of a console is gone: {}", gone.toString());
        }
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("Closing a client of a console: {}", e.toString());
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : clients.keySet()) {
                client.close();
            }
        } catch (IOException e) {
            LOG.debug("Closing the port of a console: {}", e.toString());
        }
    }
}
