package io.bessemer.lab.simulated;

import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.tftp.TftpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Map;

/// A file by TFTP, as firmware fetches its loader: with no options (512 bytes a block, an acknowledgement for each) or with those of RFC 2348 and 7440.
final class TftpFetch {
    /// what OVMF asks for
    static final Map<String, String> MODERN = Map.of("blksize", "1468", "windowsize", "4");
    static final Map<String, String> PLAIN = Map.of();

    private static final int TRIES = 6;
    /// doubles with each silence
    private static final int PATIENCE_MILLISECONDS = 1_000;
    private static final int LONGEST_PATIENCE_MILLISECONDS = 8_000;
    private static final int LONGEST_DATAGRAM = 2_048;
    private static final int PLAIN_BLOCK = 512;

    private final DatagramSocket socket;
    private InetSocketAddress peer;
    private int blockSize = PLAIN_BLOCK;
    private int windowSize = 1;
    /// the last that came in order, counted from the start of the file
    private long block;

    private TftpFetch(DatagramSocket socket, InetSocketAddress server) {
        this.socket = socket;
        this.peer = server;
    }

    /// @param from the machine's address
    /// @return the bytes that came
    static long fetch(InetAddress from, InetSocketAddress server, String file, Map<String, String> options) throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
            return new TftpFetch(socket, server).run(new TftpMessage.ReadRequest(file, "octet", options));
        }
    }

    private long run(TftpMessage.ReadRequest request) throws IOException {
        TftpMessage last = request;
        send(last);
        long bytes = 0;
        int silences = 0;
        int unacknowledged = 0;
        while (silences < TRIES) {
            socket.setSoTimeout(Math.min(LONGEST_PATIENCE_MILLISECONDS, PATIENCE_MILLISECONDS << silences));
            TftpMessage message = receive(last == request);
            switch (message) {
                case null -> {
                    silences++;
                    unacknowledged = 0;
                    send(last);
                }
                case TftpMessage.OptionAck(Map<String, String> granted) when block == 0 -> {
                    blockSize = Integer.parseInt(granted.getOrDefault("blksize", "512"));
                    windowSize = Integer.parseInt(granted.getOrDefault("windowsize", "1"));
                    last = new TftpMessage.Ack(0);
                    send(last);
                }
                case TftpMessage.Data(int number, byte[] content) when number == (block + 1 & 0xffff) -> {
                    silences = 0;
                    block++;
                    bytes += content.length;
                    last = new TftpMessage.Ack((int) (block & 0xffff));
                    if (content.length < blockSize) {
                        send(last);
                        return bytes;
                    }
                    if (++unacknowledged == windowSize) {
                        unacknowledged = 0;
                        send(last);
                    }
                }
                case TftpMessage.Failure(int code, String text) -> throw new IOException("TFTP error %d: %s".formatted(code, text));
                default -> { } // one that came twice
            }
        }
        throw new IOException("TFTP: no answer after %d bytes of %s".formatted(bytes, request.file()));
    }

    private void send(TftpMessage message) throws IOException {
        ByteBuf out = Unpooled.buffer(TftpMessage.MAXIMUM_REQUEST);
        message.encode(out);
        socket.send(new DatagramPacket(out.array(), out.readableBytes(), peer));
    }

    /// @param first the server answers a request from another port, which is its own from then on
    /// @return null when nothing came in time
    private TftpMessage receive(boolean first) throws IOException {
        var datagram = new DatagramPacket(new byte[LONGEST_DATAGRAM], LONGEST_DATAGRAM);
        try {
            socket.receive(datagram);
            if (first) {
                peer = (InetSocketAddress) datagram.getSocketAddress();
            }
            return TftpMessage.decode(Unpooled.wrappedBuffer(datagram.getData(), 0, datagram.getLength()));
        } catch (SocketTimeoutException e) {
            return null;
        } catch (DecodeException e) {
            throw new IOException(e);
        }
    }
}
