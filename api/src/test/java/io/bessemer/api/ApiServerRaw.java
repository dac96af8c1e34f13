package io.bessemer.api;

import io.bessemer.api.ApiServer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;

/// Sends bytes as they are: for requests that no HTTP client would send.
record ApiServerRaw(int port) {
    private static final int TIMEOUT_MILLIS = 20_000;

    Answer request(String request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("the connection ended after: " + head);
                }
                head.append((char) next);
            }
            String[] lines = head.toString().strip().split("\r\n");
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i < lines.length; i++) {
                String[] header = lines[i].split(": ?", 2);
                headers.put(header[0], List.of(header[1]));
            }
            int status = Integer.parseInt(lines[0].split(" ")[1]);
            String body;
            if (headers.getOrDefault("Transfer-Encoding", List.of()).contains("chunked")) { // of one chunk, by a server that ends the connection
                String chunk = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                body = chunk.substring(chunk.indexOf("\r\n") + 2, chunk.lastIndexOf("\r\n0\r\n"));
            } else {
                int length = Integer.parseInt(headers.getOrDefault("Content-Length", List.of("0")).getFirst());
                body = new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
            }
            return new Answer(new Response(status, HttpHeaders.of(headers, (_, _) -> true), body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Response(int statusCode, HttpHeaders headers, String body) implements HttpResponse<String> {
        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<String>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return URI.create("http://127.0.0.1/");
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
