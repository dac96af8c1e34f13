package io.bessemer.lab.forward;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Accepts connections at one address and carries each to another. Either may be TCP or a Unix socket.
///
/// An end of stream is passed on as such, so the other direction goes on until it ends too.
public final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocketChannel server;
    private final SocketAddress target;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private Relay(ServerSocketChannel server, SocketAddress target) {
        this.server = server;
        this.target = target;
    }

    public static Relay start(SocketAddress listen, SocketAddress target) throws IOException {
        ServerSocketChannel server = listen instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            server.bind(listen);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var relay = new Relay(server, target);
        Thread.ofVirtual().name("relay").start(relay::accept);
        return relay;
    }

    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> carry(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void carry(SocketChannel client) {
        try (client; SocketChannel onward = SocketChannel.open(target)) {
            open.add(client);
            open.add(onward);
            Thread there = Thread.ofVirtual().start(() -> copy(client, onward));
            copy(onward, client);
            there.join();
        } catch (IOException e) {
            // nobody answers at the target: the client sees its connection close
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.removeIf(channel -> !channel.isOpen());
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            closeBoth(from, to); // a reset of one side ends both
        }
    }

    private static void closeBoth(SocketChannel one, SocketChannel other) {
        try (one; other) {
            return;
        } catch (IOException e) {
            return; // closed all the same
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }
}
