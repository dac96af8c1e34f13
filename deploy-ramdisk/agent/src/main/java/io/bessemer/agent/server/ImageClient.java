package io.bessemer.agent.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/// Fetches parts of images from the content server.
public final class ImageClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI base;
    private final String token;

    /// @param base  of the content server, which paths are below
    /// @param token of the session
    public ImageClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /// @param address a path, or a whole address
    public byte[] fetch(String address, int longest) throws IOException {
        return Http.body(get(address), longest);
    }

    /// @param address a path, or a whole address
    /// @return length of the body, of which at most `into.length` bytes were read
    public int fetch(String address, byte[] into) throws IOException {
        HttpURLConnection connection = get(address);
        try (InputStream in = connection.getInputStream()) {
            int length = in.readNBytes(into, 0, into.length);
            long expected = connection.getContentLengthLong();
            if (length < Math.min(expected, into.length)) {
                throw new IOException("%s ended after %d of %d bytes".formatted(address, length, expected));
            }
            return length;
        }
    }

    private HttpURLConnection get(String address) throws IOException {
        HttpURLConnection connection = Http.open(base.resolve(address).toString(), token, TIMEOUT, null);
        int status = connection.getResponseCode();
        if (status != 200) {
            throw Http.wrong(connection, status);
        }
        return connection;
    }
}
