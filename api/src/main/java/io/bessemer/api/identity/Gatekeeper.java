package io.bessemer.api.identity;

import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.log.LogQuota;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/// Stands before every resource: finds out who asks, and holds the request to [Policy]. Runs before anything of a request's body is read.
/// What a caller may not see is answered as if it were not there.
@Component
public final class Gatekeeper implements AsyncHandlerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /// in the log about logins that failed, which anybody can bring about
    private static final int LINES = 60;
    private static final Duration SPAN = Duration.ofMinutes(1);
    private static final int SHOWN_OF_PATH = 200;

    private final Authentication authentication;
    private final Map<String, Targets> targets;
    private final LogQuota refusals = new LogQuota(LINES, SPAN);
    private final LogQuota unavailabilities = new LogQuota(LINES, SPAN);

    Gatekeeper(Authentication authentication, List<Targets> targets) {
        this.authentication = authentication;
        this.targets = targets.stream().collect(Collectors.toMap(Targets::variable, Function.identity()));
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (RequestContext.of(request) == null) { // the container's own error page, after a request that never got so far
            return true;
        }
        Policy.Endpoint endpoint = endpoint(request, handler);
        if (endpoint != null && endpoint.row().who() == Who.PUBLIC) {
            return true;
        }
        Caller caller = authenticated(request, response);
        if (endpoint == null) { // no resource: the answer is a 404 or the methods there are
            return true;
        }
        try {
            admit(caller, endpoint, request);
        } catch (Failure refused) {
            event(request, caller).addKeyValue("reason", refused.getMessage()).setMessage("request refused").log();
            throw refused;
        }
        RequestContext.admit(request, caller);
        return true;
    }

    /// Who changed what, by the request id of the log line.
    @Override
    public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler, Exception fault) {
        RequestContext context = RequestContext.of(request);
        if (context != null && context.caller() != Caller.NOBODY && !READING.contains(request.getMethod())) {
            event(request, context.caller()).addKeyValue("status", response.getStatus()).setMessage("api change").log();
        }
    }

    private Caller authenticated(HttpServletRequest request, HttpServletResponse response) {
        try {
            return authentication.authenticate(request);
        } catch (Failure.Unauthorized refused) {
            if (!authentication.challenge().isEmpty()) {
                response.setHeader(HttpHeaders.WWW_AUTHENTICATE, authentication.challenge());
            }
            refusals.next().ifPresent(withheld -> LOG.atInfo().addKeyValue("method", request.getMethod()).addKeyValue("path", shortened(request.getRequestURI()))
                    .addKeyValue("client", request.getRemoteAddr()).addKeyValue("reason", refused.getMessage()).addKeyValue("withheld", withheld).setMessage("login refused").log());
            throw refused;
        } catch (WireException unavailable) {
            unavailabilities.next().ifPresent(withheld -> LOG.atWarn().addKeyValue("reason", unavailable.getMessage()).addKeyValue("withheld", withheld).setMessage("nobody can log in").log());
            throw unavailable;
        }
    }

    private void admit(Caller caller, Policy.Endpoint endpoint, HttpServletRequest request) {
        if (endpoint.row().who().admits(caller, Owned.BY_THE_SYSTEM)) {
            return;
        }
        if (caller.system() || caller.project() == null) {
            throw Policy.refusal(endpoint.row());
        }
        String first = firstVariable(endpoint.pattern());
        if (first.isEmpty()) {
            // what it is about stands in the body, and there the resource asks again
            if (!endpoint.row().who().admits(caller, new Owned(caller.project(), caller.project()))) {
                throw Policy.refusal(endpoint.row());
            }
            return;
        }
        Targets kind = targets.get(first);
        if (kind == null) {
            throw Policy.refusal(endpoint.row());
        }
        String ident = ident(request);
        Owned thing = kind.find(ident, RequestContext.of(request).as(caller)).filter(found -> Policy.sees(caller, found))
                .orElseThrow(() -> new Failure.NotFound(kind.what(), ident));
        if (!endpoint.row().who().admits(caller, thing)) {
            throw Policy.refusal(endpoint.row());
        }
    }

    private static String firstVariable(String pattern) {
        int from = pattern.indexOf('{');
        return from < 0 ? "" : pattern.substring(from + 1, pattern.indexOf('}'));
    }

    /// What the resource will be given for the first variable of its path.
    private static String ident(HttpServletRequest request) {
        String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return String.valueOf(variables.get(firstVariable(pattern)));
    }

    /// Null for what is no resource of ours.
    private static Policy.Endpoint endpoint(HttpServletRequest request, Object handler) {
        if (!(handler instanceof HandlerMethod) || !(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern)) {
            return null;
        }
        return Policy.of(request.getMethod().equals("HEAD") ? "GET" : request.getMethod(), pattern);
    }

    private static String shortened(String path) {
        return path.length() > SHOWN_OF_PATH ? path.substring(0, SHOWN_OF_PATH) + "..." : path;
    }

    private static LoggingEventBuilder event(HttpServletRequest request, Caller caller) {
        return LOG.atInfo().addKeyValue("user", caller.name() == null ? "-" : caller.name()).addKeyValue("scope", caller.scope())
                .addKeyValue("method", request.getMethod()).addKeyValue("path", request.getRequestURI());
    }
}
