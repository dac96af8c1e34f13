package io.bessemer.openstack;

import io.bessemer.openstack.Http.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Calls one OpenStack service within one step, logging in when needed.
public final class ServiceClient {
    private final Http http;
    private final Keystone keystone;
    private final Deadline deadline;
    private final String type;
    private final URI override;
    private final Map<String, String> headers;

    /// @param type         of the catalog: `compute`, `placement`
    /// @param override     of the catalog's endpoint, null for none
    /// @param microversion as in `2.53`; null for a service that has none
    public ServiceClient(Http http, Keystone keystone, Deadline deadline, String type, URI override, String microversion) {
        this.http = http;
        this.keystone = keystone;
        this.deadline = deadline;
        this.type = type;
        this.override = override;
        this.headers = microversion == null ? Map.of() : Map.of("OpenStack-API-Version", type + " " + microversion);
    }

    public JsonNode get(String path) throws OpenStackException {
        return call("GET", path, null).body();
    }

    /// @param body     null for none
    /// @param expected statuses, beside those below 300, that the caller knows what to do with
    /// @throws OpenStackException for every other
    public Answer call(String method, String path, Object body, int... expected) throws OpenStackException {
        Keystone.Session session = keystone.session(null, deadline);
        Answer answer = send(session, method, path, body);
        if (answer.status() == 401) { // expired or revoked before its time
            session = keystone.session(session.token(), deadline);
            answer = send(session, method, path, body);
        }
        int status = answer.status();
        if (status < 300 || Arrays.stream(expected).anyMatch(one -> one == status)) {
            return answer;
        }
        throw refused(method, uri(session, path), answer);
    }

    public static String query(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private Answer send(Keystone.Session session, String method, String path, Object body) throws OpenStackException {
        var all = new HashMap<>(headers);
        all.put("X-Auth-Token", session.token());
        return http.call(method, uri(session, path), all, body, deadline.nextCall());
    }

    private URI uri(Keystone.Session session, String path) throws OpenStackException {
        return URI.create(keystone.endpoint(session, type, override).toString().replaceAll("/+$", "") + path);
    }

    private static OpenStackException refused(String method, URI uri, Answer answer) {
        int status = answer.status();
        boolean lasting = status < 500 && status != 429;
        String cure = switch (status) {
            case 401 -> "A fresh token was not taken: check that the service knows this Keystone and that the clocks agree.";
            case 403 -> "Give Bessemer's user a role that may do this, by default admin.";
            case 404, 405, 300 -> "Check that the endpoint in the catalog, or its override, is that of the service.";
            case 406 -> "The service is too old for this microversion; upgrade it.";
            case 429 -> "It is tried again.";
            default -> lasting ? "Look at the service's log for the reason." : "It is tried again; look at the service's log if this goes on.";
        };
        return new OpenStackException(status, "%s %s: %d %s %s".formatted(method, uri, status, answer.explanation(), cure).replace("  ", " "), null);
    }
}
