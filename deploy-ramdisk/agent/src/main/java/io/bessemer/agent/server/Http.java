package io.bessemer.agent.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One HTTP exchange. Connections are kept alive by the JDK, one for every thread that talks.
public final class Http {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int LONGEST_COMPLAINT = 2_000;

    static {
        // a POST that failed is repeated by us, who know which may be; the JDK would do so behind our back
        System.setProperty("sun.net.http.retryPost", "false");
        System.setProperty("http.maxConnections", "16");
    }

    private Http() {}

    /// @param body of a POST, null for a GET
    static HttpURLConnection open(String address, String bearer, Duration timeout, byte[] body) throws IOException {
        var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        if (!bearer.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + bearer);
        }
        if (body != null) {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (var out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        return connection;
    }

    /// @param longest a greater body is refused
    static byte[] body(HttpURLConnection connection, int longest) throws IOException {
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(longest + 1);
            if (bytes.length > longest) {
                throw new IOException("%s answered more than %d bytes".formatted(connection.getURL(), longest));
            }
            long expected = connection.getContentLengthLong();
            if (expected >= 0 && bytes.length < expected) {
                throw new IOException("%s ended after %d of %d bytes".formatted(connection.getURL(), bytes.length, expected));
            }
            return bytes;
        }
    }

    static HttpStatusException wrong(HttpURLConnection connection, int status) {
        return new HttpStatusException(connection.getURL().toString(), status, complaint(connection));
    }

    /// What the server says about an error; reading it also frees the connection for the next request.
    static String complaint(HttpURLConnection connection) {
        try (InputStream errors = connection.getErrorStream()) {
            return errors == null ? "" : new String(errors.readNBytes(LONGEST_COMPLAINT), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
