package io.bessemer.images;

import io.bessemer.core.tls.Authorities;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Asks web servers. Redirections are followed here and not by the JDK, as each may lead where it must not, and none may carry credentials to another
/// host.
final class Web implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration BODY_LIMIT = Duration.ofSeconds(60);
    private static final int MOST_REDIRECTS = 5;

    private final HttpClient client;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("image-web-watch").daemon().factory());

    /// @param caFile PEM; null to trust the JDK's authorities alone
    Web(Path caFile) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).followRedirects(HttpClient.Redirect.NEVER);
        if (caFile != null) {
            builder.sslContext(Authorities.alsoTrusting(caFile));
        }
        client = builder.build();
    }

    @Override
    public void close() {
        watch.shutdownNow();
        client.shutdownNow();
    }

    /// The body is the caller's to close.
    ///
    /// @param credentials headers that go to the host of `uri` alone
    /// @param name        of the source that is asked for
    HttpResponse<InputStream> get(URI uri, Map<String, String> credentials, Map<String, String> headers, Reach reach, String name) throws IOException {
        return ask("GET", uri, credentials, headers, reach, name);
    }

    /// Its headers, of interest only when the status is 200.
    HttpResponse<?> head(URI uri, Map<String, String> credentials, Reach reach, String name) throws IOException {
        HttpResponse<InputStream> response = ask("HEAD", uri, credentials, Map.of(), reach, name);
        response.body().close();
        return response;
    }

    private HttpResponse<InputStream> ask(String method, URI uri, Map<String, String> credentials, Map<String, String> headers, Reach reach, String name)
            throws IOException {
        URI at = uri;
        Map<String, String> sent = credentials;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            reach.check(at, name);
            var request = HttpRequest.newBuilder(at).timeout(ANSWER_LIMIT).method(method, HttpRequest.BodyPublishers.noBody());
            headers.forEach(request::setHeader);
            sent.forEach(request::setHeader);
            HttpResponse<InputStream> response = send(request.build());
            if (!redirects(response.statusCode())) {
                return response;
            }
            response.body().close();
            URI next = next(at, response, name);
            if (!Reach.hostAndPort(next).equals(Reach.hostAndPort(at)) || !next.getScheme().equals(at.getScheme())) {
                sent = Map.of();
            }
            at = next;
        }
        throw new ImageImportException("image_source %s leads on through more than %d redirections. Give the URL that it ends at.".formatted(name, MOST_REDIRECTS), false);
    }

    /// A small answer, all of which must come in time.
    ///
    /// @throws ImageImportException when it is longer than `most`
    byte[] all(HttpResponse<InputStream> response, int most, String name) throws IOException {
        try (InputStream body = response.body()) {
            var guard = watch.schedule(() -> {
                body.close(); // the reader sees it
                return null;
            }, BODY_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            try {
                byte[] bytes = body.readNBytes(most + 1);
                if (bytes.length > most) {
                    throw new ImageImportException("%s is answered with more than %d bytes, so it is not what it should be".formatted(name, most), false);
                }
                return bytes;
            } finally {
                guard.cancel(false);
            }
        }
    }

    static String basic(String username, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static URI next(URI at, HttpResponse<?> response, String name) throws ImageImportException {
        String location = response.headers().firstValue("Location").orElse("");
        URI next;
        try {
            next = at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new ImageImportException("image_source %s is redirected to something that is no URL".formatted(name), false, e);
        }
        if (next.getHost() == null) {
            throw new ImageImportException("image_source %s is redirected to something that is no URL with a host".formatted(name), false);
        }
        if (location.isEmpty() || "https".equals(at.getScheme()) && !"https".equals(next.getScheme())) {
            throw new ImageImportException("image_source %s is redirected %s, which is not followed".formatted(name, location.isEmpty() ? "nowhere" : "from https to " + next.getScheme()), false);
        }
        return next;
    }

    private static boolean redirects(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The download was interrupted", e);
        }
    }
}
