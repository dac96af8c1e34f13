package io.bessemer.conductor.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's console on a TCP port, raw, as Ironic's `socat` serves it; but all clients read and all may type, as at one keyboard. There is
/// no login: who reaches the port has the console.
final class TerminalPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalPort.class);
    private static final int MOST_CLIENTS = 8;
    private static final int WAITING = 256 << 10;
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final NodeConsole console;
    private final ServerSocket server;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    TerminalPort(NodeConsole console, InetSocketAddress address) throws IOException {
        this.console = console;
        this.server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address);
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
                clients.add(client);
                Thread.ofVirtual().name("console-client").start(() -> serve(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.debug("A client of a console did not come through: {}", e.toString());
                    LockSupport.parkNanos(PAUSE.toNanos()); // no file may be left to open
                }
            }
        }
    }

    private void serve(Socket client) {
        Tap tap = console.watch(WAITING, true, () -> {});
        try (client; tap) {
            Thread.ofVirtual().name("console-keys").start(() -> type(client, tap));
            OutputStream out = client.getOutputStream();
            for (byte[] text = tap.take(LOOK); text != null; text = tap.take(LOOK)) {
                out.write(text);
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

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            LOG.debug("Closing the port of a console: {}", e.toString());
        }
    }
}
