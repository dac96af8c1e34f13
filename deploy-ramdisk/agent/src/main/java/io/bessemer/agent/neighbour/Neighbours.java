package io.bessemer.agent.neighbour;

import io.bessemer.agent.protocol.ImageManifest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Takes chunks of one image from the machines that the server named. Whoever gives a wrong one, is slow or does not answer is left alone from then on, and the server
/// is asked instead: it is the way out of everything that goes wrong here.
public final class Neighbours {
    /// of a request for a chunk: what we give, and whom we know
    public static final String CLAIM_HEADER = "Bessemer-Neighbour";
    /// of an answer: who gives
    public static final String NAMED_HEADER = "Bessemer-Neighbours";
    /// of the manifest's answer
    public static final String KEY_HEADER = "Bessemer-Neighbour-Key";

    private static final int MOST_NAMED = 8;
    private static final int MOST_LOST_TOLD = 8;
    /// that were lost before any gave something: then there is a wall between machines, and no use in trying more
    private static final int HOPELESS = 3;
    private static final Pattern NAMED = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3}):([0-9]{1,5})");

    private final Giver own;
    private final String key;
    private final Patience patience;
    private final Consumer<String> witness;
    private final Set<InetSocketAddress> lost = new LinkedHashSet<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile List<InetSocketAddress> named = List.of();
    private volatile boolean hopeless;
    private final AtomicLong askAgainAt = new AtomicLong();
    private volatile long askAgainAfter;

    /// @param connect       to a neighbour
    /// @param silence       of one that has begun
    /// @param bytesASecond  that a neighbour gives at least
    /// @param round         for which all of them are tried again, before the server is asked
    /// @param firstRefresh  after which the server is asked who else gives, and is told how much we have; doubled each time
    /// @param longestRefresh where the doubling ends
    public record Patience(Duration connect, Duration silence, int bytesASecond, Duration round, Duration firstRefresh, Duration longestRefresh) {
        public static final Patience NORMAL = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(5), 256 << 10, Duration.ofSeconds(1), Duration.ofMillis(250), Duration.ofSeconds(4));
        private static final int BETWEEN_TRIES_MILLIS = 50;

        private long whole(ImageManifest.Chunk chunk) {
            return silence.toNanos() + chunk.length() * 1_000_000_000L / bytesASecond;
        }
    }

    /// Where a chunk goes; asked for when it is about to come.
    public interface Room {
        /// @return of at least the chunk's length
        ByteBuffer buffer() throws InterruptedException;
    }

    /// @param witness told of each neighbour that is left alone
    public Neighbours(Giver own, String key, Patience patience, Consumer<String> witness) {
        this.own = own;
        this.key = key;
        this.patience = patience;
        this.witness = witness;
        this.askAgainAfter = patience.firstRefresh().toNanos();
    }

    public Giver own() {
        return own;
    }

    /// Raw bytes that came from neighbours.
    public long bytes() {
        return bytes.get();
    }

    /// What the server is told with each request for a chunk.
    public String claim() {
        List<InetSocketAddress> known;
        synchronized (lost) {
            known = List.copyOf(lost);
        }
        String forgo = known.stream().skip(Math.max(0, known.size() - MOST_LOST_TOLD)).map(Neighbours::text).collect(Collectors.joining(","));
        return "%s chunks=%d takes=%s%s".formatted(text(own.address()), own.written(), hopeless ? "no" : "yes", forgo.isEmpty() ? "" : " lost=" + forgo);
    }

    /// The server gave a chunk by itself: it will give the next one too.
    public void servedByServer() {
        named = List.of();
    }

    /// The server named who gives. What it says replaces what it said before.
    ///
    /// @param header null when it named nobody
    public void named(String header) {
        named = Arrays.stream(header == null ? new String[0] : header.split(",", MOST_NAMED + 1)).limit(MOST_NAMED).map(String::strip).map(Neighbours::address)
                .flatMap(Optional::stream).toList();
        askAgainAt.set(System.nanoTime() + askAgainAfter);
    }

    /// Whether it is worth to ask them.
    public boolean any() {
        return !usable().isEmpty();
    }

    private List<InetSocketAddress> usable() {
        if (hopeless) {
            return List.of();
        }
        synchronized (lost) {
            return named.stream().filter(giver -> !lost.contains(giver)).toList();
        }
    }

    /// Asks them for a chunk, again for a moment when none has it or has a place free.
    ///
    /// @return what holds it, and nothing else; empty when the server is to be asked
    public Optional<ByteBuffer> take(ImageManifest.Chunk chunk, Room room) throws InterruptedException {
        if (named.isEmpty() || timeToAskServer()) {
            return Optional.empty();
        }
        long end = System.nanoTime() + patience.round().toNanos();
        while (true) {
            List<InetSocketAddress> givers = usable();
            int first = turn.getAndIncrement() & 0xffff;
            for (int i = 0; i < givers.size(); i++) {
                Optional<ByteBuffer> taken = takeFrom(givers.get((first + i) % givers.size()), chunk, room);
                if (taken.isPresent()) {
                    bytes.addAndGet(chunk.length());
                    return taken;
                }
            }
            if (givers.isEmpty() || System.nanoTime() - end > 0) {
                return Optional.empty();
            }
            Thread.sleep(Patience.BETWEEN_TRIES_MILLIS);
        }
    }

    /// For one thread each time, while the others go on.
    private boolean timeToAskServer() {
        long due = askAgainAt.get();
        long now = System.nanoTime();
        if (now - due < 0 || !askAgainAt.compareAndSet(due, now + askAgainAfter)) {
            return false;
        }
        askAgainAfter = Math.min(2 * askAgainAfter, patience.longestRefresh().toNanos());
        return true;
    }

    /// @return empty when it has not got it, has no place free, or was given up
    private Optional<ByteBuffer> takeFrom(InetSocketAddress giver, ImageManifest.Chunk chunk, Room room) throws InterruptedException {
        long deadline = System.nanoTime() + patience.whole(chunk);
        try (var socket = new Socket()) {
            try {
                socket.connect(giver, (int) patience.connect().toMillis());
            } catch (IOException e) {
                giveUp(giver, "no connection: " + e.getMessage());
                return Optional.empty();
            }
            socket.setSoTimeout((int) patience.silence().toMillis());
            socket.getOutputStream().write("GET /chunks/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                    .formatted(chunk.content(), text(giver), key).getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedInputStream(new InTime(socket.getInputStream(), deadline), 64 << 10);
            int status = status(in);
            switch (status) {
                case 200 -> {
                    ByteBuffer into = room.buffer();
                    Content.read(new Bounded(in, chunk.length()), chunk, into);
                    return Optional.of(into);
                }
                case 404, 503 -> {
                    return Optional.empty();
                }
                default -> giveUp(giver, "it answered " + status);
            }
        } catch (SocketTimeoutException e) {
            giveUp(giver, "it is too slow");
        } catch (Content.WrongException e) {
            giveUp(giver, "its chunk at %d is wrong: %s".formatted(chunk.offset(), e.getMessage()));
        } catch (IOException e) {
            giveUp(giver, "it broke off: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static int status(InputStream in) throws IOException {
        var head = new Head(in);
        String line = head.line();
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9]{2}")) {
            throw new Content.WrongException("no answer in HTTP");
        }
        while (!head.line().isEmpty()) { }
        if (head.tooLong()) {
            throw new Content.WrongException("an answer without an end of its head");
        }
        return Integer.parseInt(words[1]);
    }

    private void giveUp(InetSocketAddress giver, String why) {
        synchronized (lost) {
            if (!lost.add(giver)) {
                return;
            }
            hopeless |= bytes.get() == 0 && lost.size() >= HOPELESS;
        }
        witness.accept("Nothing more is taken from neighbour %s: %s%s".formatted(text(giver), why, hopeless ? ". None could be used so far, so all comes from the server" : ""));
    }

    /// Never asks a name server.
    private static Optional<InetSocketAddress> address(String text) {
        Matcher at = NAMED.matcher(text);
        if (!at.matches() || Integer.parseInt(at.group(5)) > 65_535) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            int part = Integer.parseInt(at.group(i + 1));
            if (part > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) part;
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), Integer.parseInt(at.group(5))));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // four bytes are always an address
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /// A neighbour that sends a byte a second is as bad as one that sends none.
    private static final class InTime extends FilterInputStream {
        private final long deadline;

        InTime(InputStream in, long deadline) {
            super(in);
            this.deadline = deadline;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException();
            }
            return super.read(into, offset, length);
        }
    }

    /// No more than a chunk of this length could be packed into.
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, int length) {
            super(in);
            this.left = length + (length >> 7) + 1024L;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new Content.WrongException("it does not end");
            }
            int read = super.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
