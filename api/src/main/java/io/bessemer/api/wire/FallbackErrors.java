package io.bessemer.api.wire;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Errors that the servlet container found itself, which never met [ErrorAdvice].
@RestController
final class FallbackErrors implements ErrorController {
    @RequestMapping("/error")
    ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        String message = status == 404 ? "The resource could not be found." : "The request could not be handled (HTTP %d).".formatted(status);
        return ResponseEntity.status(status).body(ErrorBody.of(ErrorKind.of(status), message));
    }
}
