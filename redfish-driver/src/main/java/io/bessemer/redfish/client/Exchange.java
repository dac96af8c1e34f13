package io.bessemer.redfish.client;

import io.bessemer.redfish.client.RedfishException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// One request and its answer, in bounded time and of bounded length. Follows nothing that an answer points to.
final class Exchange {
    static final JsonMapper JSON = JsonMapper.builder().build();
    /// the longest BIOS attribute registry that was seen has 4 MB
    static final int LONGEST_BODY = 16 << 20;

    private final HttpClient client;
    private final URI origin;

    Exchange(HttpClient client, URI origin) {
        this.client = client;
        this.origin = origin;
    }

    /// @param body missing when there was none, or no JSON
    /// @param kind of content, for people
    record Answer(int status, JsonNode body, Map<String, List<String>> headers, String kind) {
        Optional<String> header(String name) {
            return headers.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name)).flatMap(entry -> entry.getValue().stream()).findFirst();
        }

        boolean good() {
            return status >= 200 && status < 300;
        }
    }

    /// @param path with its query, as [#path] gives it
    /// @param body null for none
    Answer send(String method, String path, Object body, Map<String, String> headers, Duration limit) throws RedfishException {
        URI uri;
        try {
            uri = URI.create(origin + path);
        } catch (IllegalArgumentException e) {
            throw RedfishException.of(Reason.PROTOCOL, "'%s' is no path".formatted(BmcMessage.line(path)));
        }
        // headers that BMCs are known to want: OData-Version by the standard, no compression lest entity tags become weak
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "application/json").header("OData-Version", "4.0");
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        }
        HttpResponse<byte[]> response = within(limit, method + " " + path, request.build());
        Optional<String> kind = response.headers().firstValue("Content-Type");
        return new Answer(response.statusCode(), json(response, method + " " + path), response.headers().map(), kind.orElse("no content type"));
    }

    /// `HttpRequest.timeout` ends with the answer's headers; a BMC may stop in the middle of the body too.
    private HttpResponse<byte[]> within(Duration limit, String what, HttpRequest request) throws RedfishException {
        FutureTask<HttpResponse<byte[]>> task = new FutureTask<>(() -> client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY)));
        Thread.ofVirtual().name("redfish").start(task);
        try {
            return task.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new RedfishException(Reason.NO_ANSWER, "%s was not answered within %.1f s".formatted(what, limit.toMillis() / 1e3), 0, List.of(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedfishException(Reason.BUSY, what + " was interrupted", 0, List.of(), e);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause());
        } finally {
            task.cancel(true);
        }
    }

    private static RedfishException failed(String what, Throwable cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : BmcMessage.line(cause.getMessage());
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof SSLException) {
                return new RedfishException(Reason.TLS, "%s failed: %s".formatted(what, why), 0, List.of(), cause);
            }
        }
        if (why.contains("body exceeds")) {
            return new RedfishException(Reason.PROTOCOL, "%s: the answer is longer than %d MiB".formatted(what, LONGEST_BODY >> 20), 0, List.of(), cause);
        }
        return new RedfishException(Reason.NO_ANSWER, "%s failed: %s".formatted(what, why), 0, List.of(), cause);
    }

    private static JsonNode json(HttpResponse<byte[]> response, String what) throws RedfishException {
        byte[] body = response.body();
        boolean packed = response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
        try {
            byte[] plain = packed ? unpacked(body) : body;
            JsonNode found = plain.length == 0 ? MissingNode.getInstance() : JSON.readTree(new String(plain, StandardCharsets.UTF_8));
            return found == null ? MissingNode.getInstance() : found;
        } catch (JacksonException noJson) { // a proxy's HTML page; the status tells enough
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new RedfishException(Reason.PROTOCOL, "%s: the answer cannot be unpacked: %s".formatted(what, e.getMessage()), response.statusCode(), List.of(), e);
        }
    }

    /// HPE's iLO sends registries packed, whatever it is asked for.
    private static byte[] unpacked(byte[] body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] plain = in.readNBytes(LONGEST_BODY + 1);
            if (plain.length > LONGEST_BODY) {
                throw new IOException("it is longer than %d MiB".formatted(LONGEST_BODY >> 20));
            }
            return plain;
        }
    }

    /// The path of what a BMC refers to. Some give whole URLs, by names of their own that may not even resolve: only the path of those is taken, and only
    /// where it is Redfish's, so that no BMC sends us to another machine.
    String path(String reference) throws RedfishException {
        URI uri;
        try {
            uri = URI.create(reference);
        } catch (IllegalArgumentException e) {
            throw RedfishException.of(Reason.PROTOCOL, "the BMC refers to '%s', which is no path".formatted(BmcMessage.line(reference)));
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean ours = uri.getScheme() == null && uri.getRawAuthority() == null || sameOrigin(uri);
        if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/..") || !ours && !path.startsWith("/redfish/")) {
            throw RedfishException.of(Reason.PROTOCOL, "the BMC refers to '%s', which is not on the BMC; it is not followed".formatted(BmcMessage.line(reference)));
        }
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private boolean sameOrigin(URI uri) {
        return origin.getScheme().equalsIgnoreCase(uri.getScheme()) && origin.getRawAuthority().equalsIgnoreCase(uri.getRawAuthority());
    }
}
