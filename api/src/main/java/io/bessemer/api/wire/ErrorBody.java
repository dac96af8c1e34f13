package io.bessemer.api.wire;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Ironic's error body: `error_message` is a string that holds JSON. The member `kind` in it is ours.
final class ErrorBody {
    private static final JsonMapper JSON = new JsonMapper();

    private ErrorBody() {
    }

    static Map<String, Object> of(ErrorKind kind, String message) {
        Map<String, Object> fault = new LinkedHashMap<>();
        fault.put("faultcode", kind.status() < 500 ? "Client" : "Server");
        fault.put("faultstring", message);
        fault.put("debuginfo", null);
        fault.put("kind", kind.wire());
        return Map.of("error_message", JSON.writeValueAsString(fault));
    }

    /// For filters, which stand before Spring's message converters.
    static void write(HttpServletResponse response, ErrorKind kind, String message) throws IOException {
        write(response, kind, kind.status(), message);
    }

    /// @param status the container's own, which may be another than that of the kind
    static void write(HttpServletResponse response, ErrorKind kind, int status, String message) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        byte[] body = JSON.writeValueAsString(of(kind, message)).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
