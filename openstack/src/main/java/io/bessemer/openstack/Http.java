package io.bessemer.openstack;

import io.bessemer.core.tls.Authorities;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// JSON over HTTP/1.1, each call with a time limit for all of its answer.
public final class Http implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BODY_LIMIT_BYTES = 32 << 20;
    private static final int EXPLANATION_LIMIT_CHARACTERS = 400;

    private final HttpClient client;

    /// @param caFile PEM; null to trust the JDK's authorities alone
    public Http(Path caFile, Duration connectTimeout) {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
        if (caFile != null) {
            builder.sslContext(Authorities.alsoTrusting(caFile));
        }
        client = builder.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// @param body missing when the answer had none, or no JSON
    public record Answer(int status, JsonNode body, HttpResponse<?> raw) {
        /// The sentence that OpenStack's error bodies carry, wherever it is in them.
        public String explanation() {
            String found = find(body, 0);
            String line = found.replaceAll("\\s+", " ").strip();
            return line.length() <= EXPLANATION_LIMIT_CHARACTERS ? line : line.substring(0, EXPLANATION_LIMIT_CHARACTERS) + "...";
        }

        private static String find(JsonNode node, int depth) {
            for (String key : List.of("message", "detail")) {
                if (node.path(key).isString()) {
                    return node.path(key).asString();
                }
            }
            if (depth < 3) {
                for (Iterator<JsonNode> inner = node.iterator(); inner.hasNext();) {
                    String found = find(inner.next(), depth + 1);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
            return "";
        }
    }

    /// @param body null for none
    /// @throws OpenStackException when there was no answer in time
    public Answer call(String method, URI uri, Map<String, String> headers, Object body, Duration limit) throws OpenStackException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "application/json");
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        }
        // not HttpRequest.timeout: that ends with the answer's headers
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_LIMIT_BYTES));
        try {
            HttpResponse<byte[]> response = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), read(response.body()), response);
        } catch (TimeoutException e) {
            throw new OpenStackException(0, "%s %s was not answered within %d s. It is tried again; look at the service if this goes on."
                    .formatted(method, uri, Math.max(1, limit.toSeconds())), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new OpenStackException(0, "%s %s failed: %s. It is tried again; check that the service runs and that the address is right."
                    .formatted(method, uri, cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpenStackException(0, "%s %s was interrupted.".formatted(method, uri), e);
        } finally {
            sent.cancel(true);
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JacksonException noJson) { // a proxy's HTML page; the status tells enough
            return MissingNode.getInstance();
        }
    }
}
