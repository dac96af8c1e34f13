package io.bessemer.pxe.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A raw socket that is listened to on a thread of its own, until it is closed. The thread closes the descriptor, so that its number is no other file's while it is read.
public final class PacketListener implements AutoCloseable {
    private static final int LONGEST_PACKET = 1500;
    private static final int RECEIVE_MICROSECONDS = 250_000;
    private static final int PAUSE_MILLISECONDS = 250;
    private static final int ENDS_MILLISECONDS = 2000;

    private final int descriptor;
    private final Thread thread;
    private volatile boolean closed;

    /// What is done with a packet.
    public interface Heard {
        /// @param packet valid until it returns
        void packet(byte[] packet, int length) throws LinuxException;
    }

    /// What is done when the socket fails, as it does while its interface is down.
    public interface Fault {
        void failed(LinuxException reason);
    }

    private PacketListener(String name, int descriptor, Heard heard, Fault fault) {
        this.descriptor = descriptor;
        this.thread = Thread.ofPlatform().daemon().name(name).start(() -> listen(heard, fault));
    }

    /// Takes the descriptor over, also when it throws.
    ///
    /// @param name of the thread
    public static PacketListener start(String name, int descriptor, Heard heard, Fault fault) throws LinuxException {
        try {
            Linux.setOption(descriptor, Linux.SOL_SOCKET, Linux.SO_RCVTIMEO,
                    ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(0).putLong(RECEIVE_MICROSECONDS).array());
        } catch (LinuxException failure) {
            Linux.close(descriptor);
            throw failure;
        }
        return new PacketListener(name, descriptor, heard, fault);
    }

    private void listen(Heard heard, Fault fault) {
        byte[] packet = new byte[LONGEST_PACKET];
        try {
            while (!closed) {
                try {
                    int length = Linux.receive(descriptor, packet);
                    if (length >= 0) {
                        heard.packet(packet, length);
                    }
                } catch (LinuxException failure) {
                    fault.failed(failure);
                    Thread.sleep(PAUSE_MILLISECONDS);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                closed = true;
                Linux.close(descriptor);
            }
        }
    }

    /// @throws LinuxException also when it is closed
    public synchronized void send(byte[] packet, byte[] socketAddress) throws LinuxException {
        if (closed) {
            throw new LinuxException("sendto", Linux.EBADF);
        }
        Linux.send(descriptor, packet, socketAddress);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(ENDS_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
