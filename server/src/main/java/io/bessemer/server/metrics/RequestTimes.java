package io.bessemer.server.metrics;

import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Set;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/// How long requests take, by method, path with its variables, and status. An agent's polls and event streams are as long as they wait.
public final class RequestTimes implements AsyncHandlerInterceptor {
    private static final String BEGAN = RequestTimes.class.getName();
    /// a client may send any word as a method: each would be a figure of its own
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final PrometheusMetrics metrics;

    public RequestTimes(PrometheusMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getAttribute(BEGAN) == null) {
            request.setAttribute(BEGAN, System.nanoTime());
        }
        return true;
    }

    @Override
    public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler, Exception fault) {
        if (request.getAttribute(BEGAN) instanceof Long began && request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String path) {
            Timer.builder("bessemer.http.requests").description("Requests to the API")
                    .tags("method", METHODS.contains(request.getMethod()) ? request.getMethod() : "other", "path", path, "status", Integer.toString(response.getStatus()))
                    .register(metrics.registry()).record(Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
