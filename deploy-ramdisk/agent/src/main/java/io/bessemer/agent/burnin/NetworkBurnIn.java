package io.bessemer.agent.burnin;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;

/// Two machines in burn-in fill the network between them: the one with the role `writer` connects to the `reader`, sends blocks with checksums for half the
/// time, and receives for the other half. TCP hides lost packets, so the rate is what tells of a bad cable; a checksum that is wrong tells of a bad card.
public final class NetworkBurnIn {
    private static final int PORT = 9000;
    private static final int BLOCK = 1 << 18;
    private static final int END = 0;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PARTNER = Duration.ofMinutes(30);

    private NetworkBurnIn() {}

    /// @param params `role` `writer` or `reader`, `partner` address of the other, `port`, `seconds`, `partner_seconds` to wait for it
    public static Map<String, Object> run(Map<String, Object> params, ProgressSink progress) throws CommandFailedException, InterruptedException {
        String partner = String.valueOf(params.get("partner"));
        int port = params.get("port") instanceof Number number ? number.intValue() : PORT;
        Duration patience = params.get("partner_seconds") instanceof Number number ? Duration.ofSeconds(number.longValue()) : PARTNER;
        long seconds = Math.max(2, BurnIn.seconds(params));
        boolean writes = switch (params.get("role") instanceof String role ? role : "") {
            case "writer" -> true;
            case "reader" -> false;
            default -> throw new CommandFailedException("role must be writer or reader, but is " + params.get("role"));
        };
        try (Socket socket = writes ? connect(partner, port, patience, progress) : accept(partner, port, patience, progress)) {
            socket.setSoTimeout((int) SILENCE.toMillis());
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            Flow first = writes ? send(out, seconds / 2, "sending to " + partner, progress) : receive(in, seconds / 2, "receiving from " + partner, progress);
            Flow second = writes ? receive(in, seconds / 2, "receiving from " + partner, progress) : send(out, seconds / 2, "sending to " + partner, progress);
            Flow sent = writes ? first : second;
            Flow received = writes ? second : first;
            return Map.of("role", params.get("role"), "partner", partner, "seconds", seconds, "bytes_sent", sent.bytes, "bytes_received", received.bytes,
                    "sent_bytes_per_second", sent.rate(), "received_bytes_per_second", received.rate());
        } catch (IOException e) {
            throw new CommandFailedException("the network to %s failed: %s".formatted(partner, e.getMessage()), e);
        }
    }

    private record Flow(long bytes, long nanos) {
        long rate() {
            return Math.round(bytes / (Math.max(1, nanos) / 1e9));
        }
    }

    private static Socket connect(String partner, int port, Duration patience, ProgressSink progress) throws IOException, InterruptedException {
        var clock = new Stopwatch(patience.toSeconds());
        while (true) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(partner, port), (int) CONNECT.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                if (clock.over()) {
                    throw new IOException("no reader was there within %d s: %s. Start its burn-in at the same time.".formatted(patience.toSeconds(), e.getMessage()), e);
                }
                clock.tell(progress, "waiting for the reader at " + partner);
                Thread.sleep(500);
            }
        }
    }

    private static Socket accept(String partner, int port, Duration patience, ProgressSink progress) throws IOException, InterruptedException {
        var clock = new Stopwatch(patience.toSeconds());
        try (var server = new ServerSocket(port)) {
            server.setSoTimeout(500);
            while (!clock.over()) {
                try {
                    Socket socket = server.accept();
                    if (new InetSocketAddress(partner, port).getAddress().equals(socket.getInetAddress())) {
                        return socket;
                    }
                    socket.close(); // not whom it waits for
                } catch (SocketTimeoutException e) {
                    clock.tell(progress, "waiting for the writer at " + partner);
                }
            }
        }
        throw new IOException("no writer came within %d s. Start its burn-in at the same time.".formatted(patience.toSeconds()));
    }

    private static Flow send(DataOutputStream out, long seconds, String what, ProgressSink progress) throws IOException, InterruptedException {
        var clock = new Stopwatch(seconds);
        var random = new Random();
        byte[] block = new byte[BLOCK];
        random.nextBytes(block);
        long bytes = 0;
        long begin = System.nanoTime();
        for (long i = 0; !clock.over(); i++) {
            block[(int) (i % BLOCK)]++; // no two blocks are the same
            out.writeInt(BLOCK);
            out.write(block);
            out.writeInt(checksum(block));
            bytes += BLOCK;
            clock.tell(progress, what);
        }
        out.writeInt(END);
        out.flush();
        return new Flow(bytes, System.nanoTime() - begin);
    }

    private static Flow receive(DataInputStream in, long seconds, String what, ProgressSink progress) throws IOException, CommandFailedException, InterruptedException {
        var clock = new Stopwatch(seconds);
        byte[] block = new byte[BLOCK];
        long bytes = 0;
        long begin = System.nanoTime();
        for (int length = in.readInt(); length != END; length = in.readInt()) {
            if (length != BLOCK) {
                throw new IOException("a block of %d bytes was announced, not of %d: the other side is no burn-in, or its bytes were changed".formatted(length, BLOCK));
            }
            in.readFully(block);
            if (in.readInt() != checksum(block)) {
                throw new CommandFailedException("the network changed a block: its checksum is wrong after %d bytes".formatted(bytes));
            }
            bytes += BLOCK;
            clock.tell(progress, what);
        }
        return new Flow(bytes, System.nanoTime() - begin);
    }

    private static int checksum(byte[] block) {
        var checksum = new CRC32C();
        checksum.update(block);
        return (int) checksum.getValue();
    }
}
