package io.bessemer.pxe.tftp;

import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;

/// One file on its way to one client, from a port of its own (its TID), on a virtual thread.
///
/// After each window it waits for an acknowledgement. One of a block within the window moves it there; older ones are ignored, so that
/// a duplicate never doubles the traffic (the "sorcerer's apprentice", RFC 1123 §4.2.3.1). Silence repeats the window, with growing patience.
final class TftpTransfer {
    private static final int TRIES = 6;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
    private static final Duration LONGEST_TRANSFER = Duration.ofMinutes(10);

    sealed interface Outcome {
        record Sent(long bytes, long blocksRepeated) implements Outcome {}

        /// the client said stop: firmware asks for `tsize` and ends the transfer, to ask anew
        record Stopped(int code, String message) implements Outcome {}

        record Silent(long bytesAcknowledged) implements Outcome {}
    }

    private final Path file;
    private final TftpMessage.ReadRequest request;
    private final InetAddress local;
    private final InetSocketAddress client;
    private long repeated;

    TftpTransfer(Path file, TftpMessage.ReadRequest request, InetAddress local, InetSocketAddress client) {
        this.file = file;
        this.request = request;
        this.local = local;
        this.client = client;
    }

    Outcome run() throws IOException {
        try (var content = new RandomAccessFile(file.toFile(), "r"); var socket = new DatagramSocket(new InetSocketAddress(local, 0))) {
            socket.connect(client); // datagrams from other ports are not ours to read
            long size = content.length();
            TransferOptions options = TransferOptions.negotiate(request.options(), size);
            long acknowledged = 0; // blocks, counted from the start of the file: what 16 bits on the wire cannot say
            long last = size / options.blockSize() + 1; // the last one is short, if only by being empty
            boolean optionsPending = !options.granted().isEmpty();
            int silences = 0;
            long deadline = System.nanoTime() + LONGEST_TRANSFER.toNanos();
            while (System.nanoTime() < deadline) {
                long windowEnd = optionsPending ? 0 : Math.min(last, acknowledged + options.windowSize());
                if (optionsPending) {
                    send(socket, new TftpMessage.OptionAck(options.granted()));
                }
                for (long block = acknowledged + 1; block <= windowEnd; block++) {
                    send(socket, block(content, block, options.blockSize(), size));
                }
                switch (await(socket, acknowledged, windowEnd, optionsPending, patience(options.timeout(), silences))) {
                    case Reply.Upto(long block) -> {
                        optionsPending = false;
                        acknowledged = block;
                        silences = 0;
                        if (acknowledged == last) {
                            return new Outcome.Sent(size, repeated);
                        }
                    }
                    case Reply.Stop(var code, var message) -> {
                        return new Outcome.Stopped(code, message);
                    }
                    case Reply.Nothing() -> {
                        repeated += Math.max(1, windowEnd - acknowledged);
                        silences++;
                        if (silences == TRIES) {
                            return new Outcome.Silent(Math.min(size, acknowledged * options.blockSize()));
                        }
                    }
                }
            }
            send(socket, new TftpMessage.Failure(0, "transfer took too long"));
            return new Outcome.Silent(0);
        }
    }

    private sealed interface Reply {
        record Upto(long block) implements Reply {}

        record Stop(int code, String message) implements Reply {}

        record Nothing() implements Reply {}
    }

    private static Reply await(DatagramSocket socket, long acknowledged, long windowEnd, boolean optionsPending, Duration patience) throws IOException {
        byte[] buffer = new byte[600];
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            long millis = (until - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return new Reply.Nothing();
            }
            socket.setSoTimeout((int) millis);
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException silence) {
                return new Reply.Nothing();
            } catch (java.net.PortUnreachableException gone) {
                return new Reply.Stop(0, "the client closed its port");
            }
            try {
                switch (TftpMessage.decode(Unpooled.wrappedBuffer(buffer, 0, packet.getLength()))) {
                    case TftpMessage.Ack(int block) -> {
                        if (optionsPending && block == 0) {
                            return new Reply.Upto(0);
                        }
                        long ahead = (block - acknowledged) & 0xffff;
                        if (!optionsPending && ahead > 0 && acknowledged + ahead <= windowEnd) {
                            return new Reply.Upto(acknowledged + ahead);
                        }
                    }
                    case TftpMessage.Failure(int code, String message) -> {
                        return new Reply.Stop(code, message);
                    }
                    case TftpMessage.ReadRequest _, TftpMessage.WriteRequest _, TftpMessage.Data _, TftpMessage.OptionAck _ -> { }
                }
            } catch (DecodeException noise) {
                // ignored: the wait goes on
            }
        }
    }

    private static Duration patience(Duration timeout, int silences) {
        Duration grown = timeout.multipliedBy(1L << silences);
        Duration most = timeout.compareTo(LONGEST_WAIT) > 0 ? timeout : LONGEST_WAIT;
        return grown.compareTo(most) > 0 ? most : grown;
    }

    private static TftpMessage.Data block(RandomAccessFile content, long block, int blockSize, long size) throws IOException {
        long from = (block - 1) * blockSize;
        byte[] bytes = new byte[(int) Math.min(blockSize, size - from)];
        content.seek(from);
        content.readFully(bytes);
        return new TftpMessage.Data((int) (block & 0xffff), bytes);
    }

    private static void send(DatagramSocket socket, TftpMessage message) throws IOException {
        ByteBuf out = Unpooled.buffer(TransferOptions.LARGEST_BLOCK_SIZE + 4);
        message.encode(out);
        socket.send(new DatagramPacket(out.array(), out.readableBytes()));
    }
}
