package io.bessemer.api.wire;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// Hides what is younger than the client's microversion, by [Since].
@Component
final class VersionGate implements HandlerInterceptor {
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)) {
            return true;
        }
        Since since = method.getMethodAnnotation(Since.class);
        if (since == null) {
            since = method.getBeanType().getAnnotation(Since.class);
        }
        Microversion version = RequestContext.of(request).version();
        if (since == null || version.atLeast(since.value())) {
            return true;
        }
        if (since.otherwise() == 404) {
            throw new WireException(ErrorKind.NO_SUCH_PATH, "Not Found");
        }
        if (since.otherwise() == 405) {
            throw new WireException(ErrorKind.METHOD_NOT_ALLOWED, "The method %s is not allowed for this resource.".formatted(request.getMethod()));
        }
        throw WireException.tooOld(request.getMethod() + " " + request.getRequestURI(), since.value(), version);
    }
}
