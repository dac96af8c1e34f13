package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/// Who asks, by which version, and by which address. Methods of resources take it as a parameter.
///
/// @param requestId `req-` and a UUID; in the answer's headers and in every log line
/// @param base      scheme and authority that the client used, for links: `http://127.0.0.1:6385`
/// @param user      null while nobody has to log in
/// @param project   null while nobody has to log in
public record RequestContext(String requestId, Microversion version, String base, String user, String project, Set<String> roles) {
    private static final String ATTRIBUTE = RequestContext.class.getName();

    public RequestContext {
        roles = Set.copyOf(roles);
    }

    /// The context that [NegotiationFilter] laid down.
    static RequestContext of(HttpServletRequest request) {
        return (RequestContext) request.getAttribute(ATTRIBUTE);
    }

    void attach(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// Refuses fields, filters and verbs that are younger than the client's microversion: 406.
    public void require(int since, String what) {
        if (!version.atLeast(since)) {
            throw WireException.tooOld(what, since, version);
        }
    }

    /// For arguments that exist at the client's version but not in Bessemer.
    public static Failure notBuilt(String what) {
        return new Failure.Unsupported(what + " is not supported by Bessemer yet.");
    }
}
