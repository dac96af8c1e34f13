package io.bessemer.api.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks Keystone (Identity API v3) whether a token is good and whose it is. Logs in as a service user for that, and again when its own token
/// has run out.
final class Keystone {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LARGEST_ANSWER_BYTES = 1 << 20;
    private static final int MOST_CALLS = 16;

    private final KeystoneSettings settings;
    private final SSLContext trusted;
    private final Semaphore calls = new Semaphore(MOST_CALLS, true);
    private final ReentrantLock login = new ReentrantLock();
    private volatile String own;

    Keystone(KeystoneSettings settings) {
        this.settings = settings;
        this.trusted = settings.caFile() == null ? null
                : SslBundle.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(settings.caFile().toAbsolutePath().toUri().toString()))).createSslContext();
    }

    /// Keystone did not answer, or not as Keystone does. Says what to look at.
    static final class Unavailable extends Exception {
        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private record Answer(int status, JsonNode body, Optional<String> token) {}

    /// @return what Keystone knows of the token: the member `token` of its answer; empty when it is not good
    Optional<JsonNode> validate(String token) throws Unavailable {
        String mine = own == null ? logIn(null) : own;
        Answer answer = ask(token, mine);
        if (answer.status == 401) {
            answer = ask(token, logIn(mine));
        }
        if (answer.status == 404 && answer.body.path("error").isObject()) { // a proxy's 404 says nothing of the token
            return Optional.empty();
        }
        if (answer.status == 401 || answer.status == 403) {
            throw new Unavailable("Keystone at %s does not let user '%s' validate tokens (HTTP %d). Give it the role 'service' or 'admin' in project '%s'."
                    .formatted(settings.authUrl(), settings.username(), answer.status, settings.project()), null);
        }
        if (answer.status != 200 || !answer.body.path("token").isObject()) {
            throw strange("GET", answer.status);
        }
        return Optional.of(answer.body.path("token"));
    }

    private Answer ask(String token, String mine) throws Unavailable {
        return call("GET", Map.of("X-Auth-Token", mine, "X-Subject-Token", token), null);
    }

    /// @param stale the token that is not taken any more; null for none
    private String logIn(String stale) throws Unavailable {
        login.lock();
        try {
            if (own != null && !own.equals(stale)) {
                return own; // another thread did it meanwhile
            }
            Map<String, Object> user = Map.of("name", settings.username(), "domain", Map.of("name", settings.userDomain()), "password", settings.password());
            Map<String, Object> body = Map.of("auth", Map.of("identity", Map.of("methods", List.of("password"), "password", Map.of("user", user)),
                    "scope", Map.of("project", Map.of("name", settings.project(), "domain", Map.of("name", settings.projectDomain())))));
            Answer answer = call("POST", Map.of(), JSON.writeValueAsBytes(body));
            if (answer.status == 401) {
                throw new Unavailable("Keystone at %s does not take user '%s' (domain '%s') in project '%s' (domain '%s'). Check username, password, project and domains of bessemer.api.keystone."
                        .formatted(settings.authUrl(), settings.username(), settings.userDomain(), settings.project(), settings.projectDomain()), null);
            }
            own = answer.status == 201 ? answer.token.orElseThrow(() -> strange("POST", answer.status)) : null;
            if (own == null) {
                throw strange("POST", answer.status);
            }
            return own;
        } finally {
            login.unlock();
        }
    }

    private URI endpoint(String query) {
        return URI.create(settings.authUrl() + "/auth/tokens" + query);
    }

    private Unavailable strange(String method, int status) {
        return new Unavailable("%s %s was answered with HTTP %d. Look at Keystone, and whether bessemer.api.keystone.auth-url is its v3 API."
                .formatted(method, endpoint(""), status), null);
    }

    /// Blocking, as its callers are: they come on virtual threads.
    ///
    /// @param body null for none
    private Answer call(String method, Map<String, String> headers, byte[] body) throws Unavailable {
        int limit = (int) settings.callTimeout().toMillis();
        boolean permitted = false;
        try {
            permitted = calls.tryAcquire(limit, TimeUnit.MILLISECONDS);
            if (!permitted) {
                throw new Unavailable("Keystone at %s is slow: %d requests wait for it.".formatted(settings.authUrl(), MOST_CALLS), null);
            }
            HttpURLConnection connection = (HttpURLConnection) endpoint("?nocatalog").toURL().openConnection(Proxy.NO_PROXY);
            if (trusted != null && connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(trusted.getSocketFactory());
            }
            connection.setRequestMethod(method);
            connection.setConnectTimeout(limit);
            connection.setReadTimeout(limit);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Accept", "application/json");
            headers.forEach(connection::setRequestProperty);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                byte[] answer = in == null ? new byte[0] : in.readNBytes(LARGEST_ANSWER_BYTES);
                return new Answer(status, read(answer), Optional.ofNullable(connection.getHeaderField("X-Subject-Token")));
            }
        } catch (SocketTimeoutException e) {
            throw new Unavailable("Keystone at %s did not answer within %d s. Look at Keystone and the way to it.".formatted(settings.authUrl(), limit / 1000), e);
        } catch (IOException e) {
            throw new Unavailable("Keystone at %s cannot be reached: %s. Check that it runs, and bessemer.api.keystone.auth-url and ca-file."
                    .formatted(settings.authUrl(), e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("Asking Keystone at %s was interrupted.".formatted(settings.authUrl()), e);
        } finally {
            if (permitted) {
                calls.release();
            }
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JacksonException noJson) { // a proxy's HTML page; the status tells enough
            return JSON.createObjectNode();
        }
    }
}
