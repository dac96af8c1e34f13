package io.bessemer.api.wire;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// First of all filters: gives the request its id and its microversion, and puts both on every answer, errors included.
/// ironicclient reads the range from the headers of a 406 and gives up when they are absent.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NegotiationFilter extends OncePerRequestFilter {
    static final String VERSION = "X-OpenStack-Ironic-API-Version";
    static final String MINIMUM = "X-OpenStack-Ironic-API-Minimum-Version";
    static final String MAXIMUM = "X-OpenStack-Ironic-API-Maximum-Version";
    static final String REQUEST_ID = "X-OpenStack-Request-ID";

    private static final Pattern CALLERS_ID = Pattern.compile("req-[0-9a-fA-F-]{36}");
    private static final Pattern SERVICE_VERSION = Pattern.compile("(?i)(?:^|.*,)\\s*baremetal\\s+([^,\\s]+).*");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
        String requestId = requestId(request);
        Optional<String> asked = asked(request);
        Optional<Microversion> parsed = asked.map(Microversion::parse).orElse(Optional.of(Microversion.MINIMUM));
        Microversion version = parsed.filter(Microversion::offered).orElse(Microversion.MINIMUM);
        putHeaders(response, version, requestId);
        new RequestContext(requestId, version, base(request), Caller.NOBODY).attach(request);
        MDC.put("request_id", requestId);
        try {
            if (parsed.isEmpty()) {
                ErrorBody.write(response, ErrorKind.VERSION_NOT_OFFERED, "Invalid value for %s header: '%s'. It must be of the form 1.N, or 'latest'."
                        .formatted(VERSION, asked.orElseThrow()));
                return;
            }
            if (!parsed.get().offered() && !request.getRequestURI().equals("/")) {
                ErrorBody.write(response, ErrorKind.VERSION_NOT_OFFERED, "Version %s was requested but the requested version is not supported by this service. The supported version range is: [%s, %s]."
                        .formatted(parsed.get(), Microversion.MINIMUM, Microversion.MAXIMUM));
                return;
            }
            chain.doFilter(WithVersion.of(request), response);
        } finally {
            MDC.remove("request_id");
        }
    }

    static void putHeaders(HttpServletResponse response, Microversion version, String requestId) {
        response.setHeader(REQUEST_ID, requestId);
        response.setHeader(VERSION, version.toString());
        response.setHeader(MINIMUM, Microversion.MINIMUM.toString());
        response.setHeader(MAXIMUM, Microversion.MAXIMUM.toString());
        response.addHeader("Vary", "OpenStack-API-Version, " + VERSION);
    }

    static String newRequestId() {
        return "req-" + UUID.randomUUID();
    }

    private static String requestId(HttpServletRequest request) {
        String given = request.getHeader(REQUEST_ID);
        return given != null && CALLERS_ID.matcher(given).matches() ? given : newRequestId();
    }

    private static Optional<String> asked(HttpServletRequest request) {
        String own = request.getHeader(VERSION);
        if (own != null) {
            return Optional.of(own);
        }
        String common = request.getHeader("OpenStack-API-Version");
        if (common == null) {
            return Optional.empty();
        }
        Matcher matcher = SERVICE_VERSION.matcher(common);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// The `Host` that the client used; Tomcat has refused malformed ones by now.
    private static String base(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return request.getScheme() + "://" + (host == null || host.isBlank() ? request.getServerName() + ":" + request.getServerPort() : host);
    }
}
