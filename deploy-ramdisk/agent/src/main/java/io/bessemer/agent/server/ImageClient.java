package io.bessemer.agent.server;

import io.bessemer.agent.neighbour.Neighbours;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Fetches parts of images from the content server.
public final class ImageClient {
    private static final int LONGEST_KEY = 256;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI base;
    private final String token;

    /// @param base  of the content server, which paths are below
    /// @param token of the session
    public ImageClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /// @param neighbourKey what machines show each other to fetch parts of the image; empty when they shall not
    public record Manifest(byte[] bytes, String neighbourKey) {
        @Override
        public String toString() {
            return "Manifest[%d bytes, neighbourKey=***]".formatted(bytes.length);
        }
    }

    /// @param address a path, or a whole address
    public Manifest manifest(String address, int longest) throws IOException {
        HttpURLConnection connection = get(address, Optional.empty());
        String key = connection.getHeaderField(Neighbours.KEY_HEADER);
        return new Manifest(Http.body(connection, longest), key == null || key.length() > LONGEST_KEY ? "" : key);
    }

    /// Where this machine is seen from the server's side of it.
    public InetAddress ownAddress() throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort() < 0 ? 80 : base.getPort())); // sends nothing
            return socket.getLocalAddress();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// @param address    a path, or a whole address
    /// @param neighbours told what the server says of them
    /// @return length of the body, of which at most `into.length` bytes were read
    public int fetch(String address, byte[] into, Optional<Neighbours> neighbours) throws IOException {
        HttpURLConnection connection = get(address, neighbours);
        neighbours.ifPresent(Neighbours::servedByServer);
        try (InputStream in = connection.getInputStream()) {
            int length = in.readNBytes(into, 0, into.length);
            long expected = connection.getContentLengthLong();
            if (length < Math.min(expected, into.length)) {
                throw new IOException("%s ended after %d of %d bytes".formatted(address, length, expected));
            }
            return length;
        }
    }

    /// Tells the server how much of the image this machine has, without asking for more.
    ///
    /// @param address of any chunk
    public void tell(String address, Neighbours neighbours) throws IOException {
        HttpURLConnection connection = Http.open(base.resolve(address).toString(), token, TIMEOUT, null);
        connection.setRequestMethod("HEAD");
        connection.setRequestProperty(Neighbours.CLAIM_HEADER, neighbours.claim());
        connection.getResponseCode();
    }

    private HttpURLConnection get(String address, Optional<Neighbours> neighbours) throws IOException {
        HttpURLConnection connection = Http.open(base.resolve(address).toString(), token, TIMEOUT, null);
        neighbours.ifPresent(all -> connection.setRequestProperty(Neighbours.CLAIM_HEADER, all.claim()));
        int status = connection.getResponseCode();
        if (status == 503) {
            neighbours.ifPresent(all -> all.named(connection.getHeaderField(Neighbours.NAMED_HEADER)));
        }
        if (status != 200) {
            throw Http.wrong(connection, status);
        }
        return connection;
    }
}
