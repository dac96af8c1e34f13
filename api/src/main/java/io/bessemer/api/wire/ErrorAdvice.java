package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/// The only place where HTTP statuses of failures are chosen.
@RestControllerAdvice
final class ErrorAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAdvice.class);

    static int status(Failure failure) {
        return switch (failure) {
            case Failure.Invalid _, Failure.Missing _, Failure.InvalidState _, Failure.NodeInMaintenance _, Failure.NodeRetired _,
                    Failure.DriverNotFound _, Failure.Unsupported _ -> 400;
            case Failure.Unauthorized _ -> 401;
            case Failure.NodeProtected _, Failure.Forbidden _ -> 403;
            case Failure.NotFound _ -> 404;
            case Failure.NodeLocked _, Failure.Conflict _, Failure.NodeAlreadyExists _, Failure.NameAlreadyExists _,
                    Failure.MacAlreadyExists _, Failure.InstanceAssociated _ -> 409;
            case Failure.Hardware _ -> 500;
            case Failure.StorageFull _ -> 507;
        };
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> failure(Failure failure) {
        int status = status(failure);
        if (status >= 500) {
            LOG.atWarn().setMessage("request failed").addKeyValue("reason", failure.getMessage()).log();
        }
        return answer(status, failure.getMessage(), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> wire(WireException fault) {
        return answer(fault.status(), fault.getMessage(), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> method(HttpRequestMethodNotSupportedException fault) {
        return answer(405, "The method %s is not allowed for this resource.".formatted(fault.getMethod()), fault.getHeaders());
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
            return answer(status, message, known.getHeaders());
        }
        if (fault instanceof IOException) {
            throw fault; // the connection broke: there is nobody to tell
        }
        LOG.atError().setMessage("request met an unexpected error").addKeyValue("method", request.getMethod())
                .addKeyValue("path", request.getRequestURI()).setCause(fault).log();
        return answer(500, "Internal error. The server's log has the details under request id %s."
                .formatted(RequestContext.of(request).requestId()), new HttpHeaders());
    }

    private static ResponseEntity<Map<String, Object>> answer(int status, String message, HttpHeaders headers) {
        return ResponseEntity.status(status).headers(headers).body(ErrorBody.of(status, message));
    }
}
