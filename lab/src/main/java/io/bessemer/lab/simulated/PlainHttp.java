package io.bessemer.lab.simulated;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// HTTP/1.1 as firmware speaks it: blocking, one connection to each server, from the machine's own address. A thousand of them cost little;
/// an `HttpClient` for each address would bring a thread and a selector for each.
final class PlainHttp implements AutoCloseable {
    private static final int CONNECT_MILLISECONDS = 5_000;
    private static final int READ_MILLISECONDS = 60_000;
    private static final int LONGEST_LINE = 8_192;
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_BODY = 256 << 20;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final InetAddress from;
    private final Map<String, Connection> connections = new HashMap<>();

    /// @param headers names in lower case
    /// @param body    empty when there was none
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// @param from the machine's address, or null for any
    PlainHttp(InetAddress from) {
        this.from = from;
    }

    /// Done before the body of a 200 is read.
    interface BeforeBody {
        void run() throws InterruptedException;
    }

    private static final BeforeBody NOTHING = () -> { };

    private record Connection(Socket socket, InputStream in) {}

    /// Reads the body and forgets it.
    ///
    /// @return the status
    int discard(URI uri, Map<String, String> headers) throws IOException {
        return exchange("GET", uri, headers, null, true).status();
    }

    Answer get(URI uri, Map<String, String> headers) throws IOException {
        return exchange("GET", uri, headers, null, false);
    }

    Answer get(URI uri, Map<String, String> headers, BeforeBody beforeBody) throws IOException, InterruptedException {
        return exchange("GET", uri, headers, null, false, beforeBody);
    }

    Answer send(String method, URI uri, Map<String, String> headers, byte[] body) throws IOException {
        return exchange(method, uri, headers, body, false);
    }

    private Answer exchange(String method, URI uri, Map<String, String> headers, byte[] body, boolean forget) throws IOException {
        try {
            return exchange(method, uri, headers, body, forget, NOTHING);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing was waited for", e);
        }
    }

    private Answer exchange(String method, URI uri, Map<String, String> headers, byte[] body, boolean forget, BeforeBody beforeBody) throws IOException, InterruptedException {
        String server = uri.getAuthority();
        boolean kept = connections.containsKey(server);
        byte[] request = request(method, uri, headers, body);
        try {
            return exchange(server, uri, request, forget, beforeBody);
        } catch (IOException e) {
            drop(server);
            if (!kept) {
                throw e;
            }
            return exchange(server, uri, request, forget, beforeBody); // the server had closed a connection that was kept
        }
    }

    private Answer exchange(String server, URI uri, byte[] request, boolean forget, BeforeBody beforeBody) throws IOException, InterruptedException {
        Connection connection = connections.get(server);
        if (connection == null) {
            connection = connect(uri);
            connections.put(server, connection);
        }
        connection.socket().getOutputStream().write(request);
        InputStream in = connection.in();
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("%s did not answer in HTTP".formatted(server));
        }
        int code = Integer.parseInt(status[1]);
        long length = -1;
        boolean close = false;
        boolean chunked = false;
        var answered = new HashMap<String, String>();
        for (int i = 0; ; i++) {
            String header = line(in);
            if (header.isEmpty()) {
                break;
            }
            if (i == MOST_HEADERS) {
                throw new IOException("%s sends more than %d headers".formatted(server, MOST_HEADERS));
            }
            int colon = header.indexOf(':');
            if (colon > 0) {
                answered.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
            }
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring("content-length:".length()).strip());
            }
            close |= lower.startsWith("connection:") && lower.endsWith("close");
            chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
        }
        if (request[0] == 'H') { // HEAD: a length, and no body
            length = 0;
        }
        if (code == OK) {
            beforeBody.run();
        }
        var content = new ByteArrayOutputStream(forget ? 0 : (int) Math.clamp(length, 0, LONGEST_BODY));
        if (chunked) {
            for (int size = size(in); size > 0; size = size(in)) {
                take(in, size, forget ? null : content);
                line(in);
            }
            line(in);
        } else if (length > 0) {
            take(in, length, forget ? null : content);
        } else if (length < 0 && code != NO_CONTENT && code != NOT_MODIFIED) {
            take(in, Long.MAX_VALUE, forget ? null : content);
            close = true;
        }
        if (close) {
            drop(server);
        }
        return new Answer(code, Map.copyOf(answered), content.toByteArray());
    }

    private static byte[] request(String method, URI uri, Map<String, String> headers, byte[] body) throws IOException {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var head = new StringBuilder().append(method).append(' ').append(path).append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ").append(uri.getAuthority()).append("\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var all = new ByteArrayOutputStream();
        all.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            all.write(body);
        }
        return all.toByteArray();
    }

    private Connection connect(URI uri) throws IOException {
        var socket = new Socket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_MILLISECONDS);
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort()), CONNECT_MILLISECONDS);
            return new Connection(socket, new BufferedInputStream(socket.getInputStream(), LONGEST_LINE));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("a line of more than %d bytes".formatted(LONGEST_LINE));
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private static int size(InputStream in) throws IOException {
        try {
            return Integer.parseInt(line(in).split(";")[0].strip(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("a chunk without its length", e);
        }
    }

    /// @param most of bytes; `Long.MAX_VALUE` for all until the end
    private static void take(InputStream in, long most, ByteArrayOutputStream into) throws IOException {
        byte[] buffer = new byte[(int) Math.min(most, 16 << 10)];
        for (long left = most; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0 && most == Long.MAX_VALUE) {
                return;
            }
            if (read < 0 || into != null && into.size() + read > LONGEST_BODY) {
                throw new IOException(read < 0 ? "the connection ended in the middle of a body" : "a body of more than %d bytes".formatted(LONGEST_BODY));
            }
            if (into != null) {
                into.write(buffer, 0, read);
            }
            left -= read;
        }
    }

    private void drop(String server) throws IOException {
        Connection connection = connections.remove(server);
        if (connection != null) {
            connection.socket().close();
        }
    }

    @Override
    public void close() {
        for (Connection connection : connections.values()) {
            try {
                connection.socket().close();
            } catch (IOException e) {
                continue; // it is gone either way
            }
        }
        connections.clear();
    }
}
