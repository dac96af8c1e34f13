package io.bessemer.ipmi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A man in the middle on loopback: passes datagrams between one client and one BMC, and gives each answer to somebody who may
/// change, drop, double or replace it.
final class UdpMeddler implements AutoCloseable {
    /// What reaches the client instead of an answer, in order.
    interface Meddling {
        List<byte[]> instead(byte[] answer);
    }

    private final DatagramChannel front;
    private final DatagramChannel back;
    private final Selector selector;
    private final Thread thread;
    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private final List<byte[]> answers = new CopyOnWriteArrayList<>();
    private volatile Meddling meddling = List::of;
    private volatile SocketAddress client;

    UdpMeddler(InetSocketAddress bmc) throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        selector = Selector.open();
        front = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
        back = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0)).connect(bmc);
        front.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        back.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        thread = Thread.ofPlatform().daemon().name("meddler").start(this::run);
    }

    int port() throws IOException {
        return ((InetSocketAddress) front.getLocalAddress()).getPort();
    }

    InetSocketAddress address() throws IOException {
        return new InetSocketAddress("127.0.0.1", port());
    }

    void meddle(Meddling with) {
        meddling = with;
    }

    void behave() {
        meddling = List::of;
    }

    /// What the client sent since [#forget].
    List<byte[]> requests() {
        return requests;
    }

    /// What the BMC answered since [#forget].
    List<byte[]> answers() {
        return answers;
    }

    void forget() {
        requests.clear();
        answers.clear();
    }

    /// Where the client listens, once it has asked something.
    SocketAddress client() {
        return client;
    }

    /// Says something to the client out of the blue.
    void say(byte[] packet) throws IOException {
        front.send(ByteBuffer.wrap(packet), client);
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        while (selector.isOpen()) {
            try {
                selector.select();
                pass(buffer);
            } catch (IOException | java.nio.channels.ClosedSelectorException e) {
                return;
            }
        }
    }

    private void pass(ByteBuffer buffer) throws IOException {
        if (!selector.isOpen()) {
            return;
        }
        selector.selectedKeys().clear();
        for (SocketAddress from = front.receive(buffer.clear()); from != null; from = front.receive(buffer.clear())) {
            client = from;
            byte[] request = Arrays.copyOf(buffer.array(), buffer.position());
            requests.add(request);
            back.write(ByteBuffer.wrap(request));
        }
        while (back.read(buffer.clear()) > 0) {
            byte[] answer = Arrays.copyOf(buffer.array(), buffer.position());
            answers.add(answer);
            for (byte[] packet : meddling.instead(answer)) {
                front.send(ByteBuffer.wrap(packet), client);
            }
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        front.close();
        back.close();
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
