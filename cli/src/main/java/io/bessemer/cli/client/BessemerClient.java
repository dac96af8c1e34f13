package io.bessemer.cli.client;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ironic's API with our additions.
public final class BessemerClient implements AutoCloseable {
    public static final String DEFAULT_API = "http://127.0.0.1:6385";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    /// that wait for their answer at the same time: each has a connection of its own
    private static final int MOST_REQUESTS = 256;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final Login login;
    private final String version;
    private final HttpClient http;
    private final Semaphore places = new Semaphore(MOST_REQUESTS);

    /// Without logging in.
    ///
    /// @param base `http://ADDRESS:PORT`
    public BessemerClient(String base) {
        this(base, Login.NONE, null);
    }

    /// @param authorities PEM file of those that the server's certificate may be from; null for the JDK's
    public BessemerClient(String base, Login login, Path authorities) {
        this(base, login, authorities, "latest");
    }

    /// @param version of the API to ask by: `1.78`, or `latest`
    public BessemerClient(String base, Login login, Path authorities, String version) {
        this.login = login;
        this.version = version;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (authorities != null) {
            builder.sslContext(trusting(authorities));
        }
        this.http = builder.build();
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        String scheme = URI.create(this.base).getScheme();
        if (scheme == null || !scheme.matches("https?")) {
            throw new IllegalArgumentException("'%s' is not the URL of an API; it should look like %s".formatted(base, DEFAULT_API));
        }
    }

    private static SSLContext trusting(Path authorities) {
        try {
            return SslBundle.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(authorities.toAbsolutePath().toUri().toString()))).createSslContext();
        } catch (RuntimeException unusable) {
            throw new IllegalArgumentException("--ca is '%s', which cannot be used: %s. Give a readable file of PEM certificates.".formatted(authorities, unusable.getMessage()), unusable);
        }
    }

    public String base() {
        return base;
    }

    /// Every node, all fields.
    public List<JsonNode> nodes() throws ApiException, InterruptedException {
        return list("/v1/nodes/detail", "nodes");
    }

    /// A whole collection; follows the pages.
    ///
    /// @param key of the answer: `nodes`
    public List<JsonNode> list(String path, String key) throws ApiException, InterruptedException {
        var items = new ArrayList<JsonNode>();
        String next = path;
        while (next != null) {
            JsonNode page = get(next);
            page.path(key).forEach(items::add);
            String link = page.path("next").asString("");
            next = link.isEmpty() ? null : link.substring(link.indexOf("/v1/"));
        }
        return items;
    }

    /// @param node UUID or name
    public JsonNode node(String node) throws ApiException, InterruptedException {
        return get("/v1/nodes/" + segment(node));
    }

    /// In order of time.
    ///
    /// @param since an ISO time, or empty for all
    public List<JsonNode> timeline(String node, String since) throws ApiException, InterruptedException {
        String query = since.isEmpty() ? "" : "?since=" + URLEncoder.encode(since, StandardCharsets.UTF_8);
        var events = new ArrayList<JsonNode>();
        JsonNode answer = get("/v1/nodes/" + segment(node) + "/timeline" + query);
        (answer.isArray() ? answer : answer.path("timeline")).forEach(events::add);
        return events;
    }

    public JsonNode explanation(String node) throws ApiException, InterruptedException {
        return get("/v1/nodes/" + segment(node) + "/explain");
    }

    public JsonNode get(String path) throws ApiException, InterruptedException {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    /// An answer that is plain text.
    public String text(String path) throws ApiException, InterruptedException {
        return exchange(HttpRequest.newBuilder().GET(), path, "text/plain, application/json").body();
    }

    /// A node's serial console.
    ///
    /// @param out for what the machine says
    public ConsoleConnection console(String node, PrintStream out) throws ApiException, InterruptedException {
        String path = "/v1/nodes/" + segment(node) + "/console";
        ConsoleConnection connection = new ConsoleConnection(out);
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT).header("X-OpenStack-Ironic-API-Version", version);
        if (!login.header().isEmpty()) {
            builder.header(login.header(), login.value());
        }
        try {
            builder.buildAsync(URI.create(base.replaceFirst("^http", "ws") + path), connection).get();
            return connection;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException) {
                get(path); // the words of the refusal
            }
            throw new ApiException(0, "The console of %s cannot be reached at %s: %s".formatted(node, base, e.getCause()), e);
        }
    }

    public JsonNode post(String path, Map<String, ?> body) throws ApiException, InterruptedException {
        return send(HttpRequest.newBuilder().POST(json(body)), path);
    }

    public JsonNode put(String path, Map<String, ?> body) throws ApiException, InterruptedException {
        return send(HttpRequest.newBuilder().PUT(json(body)), path);
    }

    /// @param patch of RFC 6902
    public JsonNode patch(String path, List<? extends Map<String, ?>> patch) throws ApiException, InterruptedException {
        return send(HttpRequest.newBuilder().method("PATCH", json(patch)), path);
    }

    public void delete(String path) throws ApiException, InterruptedException {
        send(HttpRequest.newBuilder().DELETE(), path);
    }

    /// Maps, lists, strings, numbers, booleans and null.
    public static Object plain(JsonNode value) {
        return JSON.convertValue(value, Object.class);
    }

    public static String pretty(Object value) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    public static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        return HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
    }

    private JsonNode send(HttpRequest.Builder builder, String path) throws ApiException, InterruptedException {
        HttpResponse<String> answer = exchange(builder, path, "application/json");
        try {
            return answer.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw new ApiException(answer.statusCode(), "%s answered something that is not JSON. Is it a Bessemer or Ironic API?".formatted(base), e);
        }
    }

    private HttpResponse<String> exchange(HttpRequest.Builder builder, String path, String accept) throws ApiException, InterruptedException {
        if (!login.header().isEmpty()) {
            builder.header(login.header(), login.value());
        }
        HttpRequest request = builder.uri(URI.create(base + path)).timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json").header("Accept", accept)
                .header("X-OpenStack-Ironic-API-Version", version).build();
        HttpResponse<String> answer;
        places.acquire();
        try {
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new ApiException(0, "%s and this machine do not agree on TLS (%s). Give the authority of its certificate by --ca FILE, and the host name that the certificate is for by --api."
                    .formatted(base, reason(e)), e);
        } catch (IOException e) {
            throw new ApiException(0, "No server answers at %s (%s). Start one with ./bessemer serve, or give --api URL.".formatted(base, reason(e)), e);
        } finally {
            places.release();
        }
        if (answer.statusCode() >= 400) {
            String cure = answer.statusCode() == 401 ? " Set BESSEMER_API_USER and BESSEMER_API_PASSWORD, or OS_TOKEN." : "";
            throw new ApiException(answer.statusCode(), faultOf(answer) + cure, null);
        }
        return answer;
    }

    /// Follows a stream of server-sent events until it ends, or `listener` has enough.
    ///
    /// @param cursor   where to go on
    /// @param listener false to end
    /// @param seen     told how far it came, when it ends
    public void follow(String path, String cursor, Predicate<EventStream.Message> listener, Consumer<String> seen) throws ApiException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + path)).GET().header("Accept", "text/event-stream").header("Last-Event-ID", cursor);
        if (!login.header().isEmpty()) {
            builder.header(login.header(), login.value());
        }
        EventStream stream = new EventStream(cursor);
        try {
            HttpResponse<Stream<String>> answer = http.send(builder.build(), HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new ApiException(answer.statusCode(), faultOf(lines.collect(Collectors.joining("\n")), answer), null);
                }
                stream.read(lines, listener);
            }
        } catch (UncheckedIOException e) {
            throw new ApiException(0, "The connection to %s is lost (%s).".formatted(base, reason(e.getCause())), e);
        } catch (IOException e) {
            throw new ApiException(0, "No server answers at %s (%s).".formatted(base, reason(e)), e);
        } finally {
            seen.accept(stream.cursor());
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName().replace("Exception", "") : e.getMessage();
    }

    /// `error_message` is an object or, in Ironic before 2023, that object as a string.
    static String faultOf(HttpResponse<String> answer) {
        return faultOf(answer.body(), answer);
    }

    private static String faultOf(String body, HttpResponse<?> answer) {
        try {
            JsonNode message = JSON.readTree(body).path("error_message");
            if (message.isString() && message.asString().startsWith("{")) {
                message = JSON.readTree(message.asString());
            }
            String text = message.isObject() ? message.path("faultstring").asString("") : message.asString("");
            if (!text.isEmpty()) {
                return text;
            }
        } catch (JacksonException e) {
            // told below
        }
        return "The server answered HTTP %d to %s %s".formatted(answer.statusCode(), answer.request().method(), answer.request().uri().getPath());
    }

    @Override
    public void close() {
        http.close();
    }
}
