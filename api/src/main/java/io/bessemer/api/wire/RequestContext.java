package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Requester;
import jakarta.servlet.http.HttpServletRequest;

/// Who asks, by which version, and by which address. Methods of resources take it as a parameter.
///
/// @param requestId `req-` and a UUID; in the answer's headers and in every log line
/// @param base      scheme and authority that the client used, for links: `http://127.0.0.1:6385`
/// @param caller    nobody until the gatekeeper let the request in
public record RequestContext(String requestId, Microversion version, String base, Caller caller) {
    private static final String ATTRIBUTE = RequestContext.class.getName();

    /// The context that [NegotiationFilter] laid down.
    public static RequestContext of(HttpServletRequest request) {
        return (RequestContext) request.getAttribute(ATTRIBUTE);
    }

    void attach(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// From here on the request is this caller's.
    public static void admit(HttpServletRequest request, Caller caller) {
        of(request).as(caller).attach(request);
    }

    public RequestContext as(Caller other) {
        return new RequestContext(requestId, version, base, other);
    }

    /// For records.
    public Requester requester() {
        return new Requester(caller.user(), caller.project());
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
