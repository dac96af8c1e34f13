package io.bessemer.openstack;

import io.bessemer.openstack.Http.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/// Logs in by Identity API v3 and keeps the token for as long as it is good, for all threads.
public final class Keystone {
    private static final double RENEW_AFTER = 0.9; // of a token's life

    private final CloudLogin login;
    private final Http http;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Session current;

    public Keystone(CloudLogin login, Http http) {
        this.login = login;
        this.http = http;
    }

    /// A token with the catalog that came with it.
    ///
    /// @param renewAt of the monotonic clock, so that a wrong wall clock here does no harm
    public record Session(String token, JsonNode catalog, long renewAt) {
        @Override
        public String toString() {
            return "Session[token=***]";
        }
    }

    /// @param rejected a token that a service did not take; null for none
    public Session session(String rejected, Deadline deadline) throws OpenStackException {
        Session known = current;
        if (usable(known, rejected)) {
            return known;
        }
        try {
            if (!lock.tryLock(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new OpenStackException(0, "Keystone at %s is slow: another thread still logs in. It is tried again.".formatted(login.authUrl()), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpenStackException(0, "Logging in to Keystone at %s was interrupted.".formatted(login.authUrl()), e);
        }
        try {
            if (!usable(current, rejected)) {
                current = logIn(deadline);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /// @param override null for the catalog's
    public URI endpoint(Session session, String type, URI override) throws OpenStackException {
        if (override != null) {
            return override;
        }
        Set<String> regions = new TreeSet<>();
        URI found = null;
        for (JsonNode service : session.catalog) {
            if (!type.equals(service.path("type").asString(""))) {
                continue;
            }
            for (JsonNode endpoint : service.path("endpoints")) {
                String region = endpoint.path("region_id").asString(endpoint.path("region").asString(""));
                if (endpoint.path("interface").asString("").equals(login.catalogInterface())
                        && (login.region().isEmpty() || login.region().equals(region))) {
                    regions.add(region);
                    found = URI.create(endpoint.path("url").asString());
                }
            }
        }
        if (found == null) {
            throw new OpenStackException(0, "Keystone's catalog has no %s endpoint of type '%s'%s. Check %s.interface and region, or set %s-endpoint."
                    .formatted(login.catalogInterface(), type, login.region().isEmpty() ? "" : " in region '" + login.region() + "'", login.settings(), type), null);
        }
        if (regions.size() > 1) {
            throw new OpenStackException(0, "Keystone's catalog has '%s' in the regions %s. Name one in %s.region."
                    .formatted(type, regions, login.settings()), null);
        }
        return found;
    }

    private static boolean usable(Session session, String rejected) {
        return session != null && !session.token.equals(rejected) && System.nanoTime() - session.renewAt < 0;
    }

    private Session logIn(Deadline deadline) throws OpenStackException {
        String base = login.authUrl().toString().replaceAll("/+$", "");
        URI uri = URI.create((base.endsWith("/v3") ? base : base + "/v3") + "/auth/tokens");
        Map<String, Object> user = Map.of("name", login.username(), "domain", Map.of("name", login.userDomain()),
                "password", login.password());
        Map<String, Object> body = Map.of("auth", Map.of(
                "identity", Map.of("methods", List.of("password"), "password", Map.of("user", user)),
                "scope", Map.of("project", Map.of("name", login.project(), "domain", Map.of("name", login.projectDomain())))));
        Answer answer = http.call("POST", uri, Map.of(), body, deadline.nextCall());
        if (answer.status() == 401) {
            throw new OpenStackException(401, "POST %s: 401 %s Keystone does not take user '%s' (domain '%s') in project '%s' (domain '%s'). Check username, password, project and domains of %s."
                    .formatted(uri, answer.explanation(), login.username(), login.userDomain(), login.project(), login.projectDomain(), login.settings()), null);
        }
        String token = answer.raw().headers().firstValue("X-Subject-Token").orElse("");
        if (answer.status() != 201 || token.isEmpty()) {
            boolean lasting = answer.status() < 500 && answer.status() != 429;
            throw new OpenStackException(answer.status(), "POST %s: %d %s %s".formatted(uri, answer.status(), answer.explanation(),
                    lasting ? "This is no answer of Keystone's v3 API: check %s.auth-url.".formatted(login.settings()) : "It is tried again; look at Keystone if this goes on."), null);
        }
        JsonNode content = answer.body().path("token");
        return new Session(token, content.path("catalog"), System.nanoTime() + (long) (life(content).toNanos() * RENEW_AFTER));
    }

    /// By the cloud's own clock at both ends.
    private static Duration life(JsonNode token) {
        try {
            return Duration.between(Instant.parse(token.path("issued_at").asString("")), Instant.parse(token.path("expires_at").asString("")));
        } catch (DateTimeParseException unsaid) {
            return Duration.ofMinutes(5);
        }
    }
}
