package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/// Makes errors of exceptions; their statuses are those of their [ErrorKind].
@RestControllerAdvice
final class ErrorAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAdvice.class);

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> failure(Failure failure) {
        ErrorKind kind = ErrorKind.of(failure);
        if (kind.status() >= 500) {
            LOG.atWarn().setMessage("request failed").addKeyValue("reason", failure.getMessage()).log();
        }
        return answer(kind, failure.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> wire(WireException fault) {
        return answer(fault.kind(), fault.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> method(HttpRequestMethodNotSupportedException fault) {
        return answer(ErrorKind.METHOD_NOT_ALLOWED, 405, "The method %s is not allowed for this resource.".formatted(fault.getMethod()), fault.getHeaders());
    }

    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void clientIsGone() {
    }

    /// Everything else: Spring's own refusals know their status, the rest is our bug.
    @ExceptionHandler
    ResponseEntity<Map<String, Object>> other(Exception fault, HttpServletRequest request) throws Exception {
        if (fault instanceof ErrorResponse known && known.getStatusCode().value() < 500) {
            int status = known.getStatusCode().value();
            String detail = known.getBody().getDetail();
            String message = status == 404 ? "The resource %s could not be found.".formatted(request.getRequestURI())
                    : detail == null ? known.getStatusCode().toString() : detail;
            return answer(ErrorKind.of(status), status, message, known.getHeaders());
        }
        if (fault instanceof IOException) {
            throw fault; // the connection broke: there is nobody to tell
        }
        if (fault instanceof HttpMessageNotWritableException && isBroken(fault)) { // any client can bring it about, so it is no line in the log
            LOG.debug("An answer was not read: client={} path={}", request.getRemoteAddr(), request.getRequestURI());
            return null;
        }
        LOG.atError().setMessage("request met an unexpected error").addKeyValue("method", request.getMethod())
                .addKeyValue("path", request.getRequestURI()).setCause(fault).log();
        return answer(ErrorKind.INTERNAL, "Internal error. The server's log has the details under request id %s."
                .formatted(RequestContext.of(request).requestId()));
    }

    private static boolean isBroken(Throwable fault) {
        return fault != null && (fault instanceof IOException || isBroken(fault.getCause()));
    }

    private static ResponseEntity<Map<String, Object>> answer(ErrorKind kind, String message) {
        return answer(kind, kind.status(), message, new HttpHeaders());
    }

    private static ResponseEntity<Map<String, Object>> answer(ErrorKind kind, int status, String message, HttpHeaders headers) {
        return ResponseEntity.status(status).headers(headers).body(ErrorBody.of(kind, message));
    }
}
