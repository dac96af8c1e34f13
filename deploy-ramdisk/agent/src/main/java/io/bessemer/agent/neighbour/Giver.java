package io.bessemer.agent.neighbour;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.bessemer.agent.protocol.ImageManifest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Serves the chunks that were written to this machine's disk, by HTTP/1.1 on a port of its own, to whoever shows the image's key. One request a connection.
///
/// Chunks go out as zstd streams of the fastest usual level: it packs 430 MB/s on one processor of 2026, more than a third of what a card of 10 Gbit/s takes, and a card of
/// 1 Gbit/s carries three times as much of a Debian image so. Packed while it is read, a chunk takes little memory.
public final class Giver implements AutoCloseable {
    /// taker by taker a few at a time: eight threads at most read the disk that is written
    static final int MOST_AT_A_TIME = 8;
    /// connections; those beyond are closed without a word
    static final int MOST_CONNECTIONS = 32;
    private static final int LONGEST_HEAD = 4096;
    private static final int LEVEL = 1;
    private static final int SLICE = 128 << 10;
    private static final int LOOK_MILLIS = 250;
    private static final Pattern GET = Pattern.compile("GET /chunks/([0-9a-f]{64}) HTTP/1\\.[01]");

    /// Where the chunks lie.
    public interface Disk {
        /// Reads some bytes, and not none.
        ///
        /// @return how many, or -1 at the end
        int read(ByteBuffer into, long offset) throws IOException;
    }

    /// @param head  for a request to come
    /// @param whole for it to be answered, from when it has come
    public record Patience(Duration head, Duration whole) {
        public static final Patience NORMAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private record Piece(long offset, int length) {}

    private final ServerSocket server;
    private final byte[] key;
    private final Disk disk;
    private final ThreadFactory threads;
    private final Thread door;
    private final Patience patience;
    private final Map<String, Piece> pieces = new ConcurrentHashMap<>();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicLong given = new AtomicLong();
    private final Semaphore places = new Semaphore(MOST_AT_A_TIME);
    /// connections, and when each is cut
    private final Map<Socket, Long> deadlines = new ConcurrentHashMap<>();
    private volatile boolean othersWrite;

    private Giver(ServerSocket server, String key, Disk disk, ThreadFactory threads, Patience patience) {
        this.server = server;
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.disk = disk;
        this.threads = threads;
        this.door = threads.newThread(this::receive);
        this.patience = patience;
    }

    /// @param address of this machine, at which it may be reached; a free port is taken
    /// @param threads for the door and for each connection
    public static Giver open(InetAddress address, String key, Disk disk, ThreadFactory threads, Patience patience) throws IOException {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a giver needs a key");
        }
        var server = new ServerSocket();
        try {
            server.bind(new InetSocketAddress(address, 0), MOST_CONNECTIONS);
            server.setSoTimeout(LOOK_MILLIS);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var giver = new Giver(server, key, disk, threads, patience);
        giver.door.start();
        return giver;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// A chunk is on the disk, and was right.
    public void wrote(ImageManifest.Chunk chunk) {
        pieces.putIfAbsent(chunk.content(), new Piece(chunk.offset(), chunk.length()));
        written.incrementAndGet();
    }

    /// Chunks on the disk.
    public int written() {
        return written.get();
    }

    /// Raw bytes that went to others.
    public long given() {
        return given.get();
    }

    /// The image is written; what comes next may change some of it (a config drive has its entry in the partition table). From now on each chunk is looked at before it is given.
    public void othersWrite() {
        othersWrite = true;
    }

    /// That are open now.
    int connections() {
        return deadlines.size();
    }

    private void receive() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (server.isClosed() || deadlines.size() >= MOST_CONNECTIONS) {
                    client.close();
                } else {
                    deadlines.put(client, System.nanoTime() + patience.head().toNanos());
                    threads.newThread(() -> serve(client)).start();
                }
            } catch (SocketTimeoutException e) {
                // only to look at the deadlines
            } catch (IOException e) {
                if (!server.isClosed()) { // out of file descriptors, or a client that left: not again at once
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
                }
            }
            long now = System.nanoTime();
            deadlines.forEach((client, deadline) -> {
                if (now - deadline > 0) {
                    close(client);
                }
            });
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout((int) patience.head().toMillis());
            answer(client, new BufferedInputStream(client.getInputStream(), LONGEST_HEAD));
            client.shutdownOutput();
        } catch (IOException e) {
            return; // whoever it was will ask others
        } finally {
            deadlines.remove(client);
        }
    }

    private void answer(Socket client, InputStream in) throws IOException {
        OutputStream out = client.getOutputStream();
        var head = new Head(in);
        String request = head.line();
        String bearer = "";
        for (String line = head.line(); !line.isEmpty(); line = head.line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("authorization: bearer ")) {
                bearer = line.substring("authorization: bearer ".length()).strip();
            }
        }
        deadlines.computeIfPresent(client, (_, _) -> System.nanoTime() + patience.whole().toNanos());
        if (head.tooLong()) {
            refuse(out, "431 Request Header Fields Too Large");
            return;
        }
        if (!MessageDigest.isEqual(key, bearer.getBytes(StandardCharsets.UTF_8))) {
            refuse(out, "401 Unauthorized");
            return;
        }
        Matcher get = GET.matcher(request);
        if (!get.matches()) {
            refuse(out, "400 Bad Request");
            return;
        }
        Piece piece = pieces.get(get.group(1));
        if (piece == null) {
            refuse(out, "404 Not Found");
            return;
        }
        if (!places.tryAcquire()) {
            refuse(out, "503 Service Unavailable");
            return;
        }
        try {
            give(get.group(1), piece, out);
        } finally {
            places.release();
        }
    }

    private void give(String content, Piece piece, OutputStream out) throws IOException {
        if (othersWrite && !content.equals(hash(piece))) {
            pieces.remove(content);
            refuse(out, "404 Not Found");
            return;
        }
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/zstd\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        try (var packed = new ZstdOutputStreamNoFinalizer(out, LEVEL)) {
            each(piece, slice -> packed.write(slice.array(), 0, slice.position()));
        }
        given.addAndGet(piece.length());
    }

    private String hash(Piece piece) throws IOException {
        MessageDigest digest = Content.digest();
        each(piece, slice -> digest.update(slice.array(), 0, slice.position()));
        return HexFormat.of().formatHex(digest.digest());
    }

    private interface Slices {
        void take(ByteBuffer slice) throws IOException;
    }

    private void each(Piece piece, Slices slices) throws IOException {
        ByteBuffer slice = ByteBuffer.allocate(Math.min(SLICE, piece.length()));
        for (int done = 0; done < piece.length(); done += slice.position()) {
            slice.clear().limit(Math.min(slice.capacity(), piece.length() - done));
            if (disk.read(slice, piece.offset() + done) <= 0) {
                throw new IOException("the disk ended");
            }
            slices.take(slice);
        }
    }

    private static void refuse(OutputStream out, String status) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// At once, whoever takes. Nobody is let in any more when this returns: Java may leave the port open until the thread at it has noticed.
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // nobody is let in any more either way
        }
        try {
            door.join(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deadlines.keySet().forEach(Giver::close);
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
