package io.bessemer.api.wire;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Ironic's error body: `error_message` is a string that holds JSON.
final class ErrorBody {
    private static final JsonMapper JSON = new JsonMapper();

    private ErrorBody() {
    }

    static Map<String, Object> of(int status, String message) {
        Map<String, Object> fault = new LinkedHashMap<>();
        fault.put("faultcode", status < 500 ? "Client" : "Server");
        fault.put("faultstring", message);
        fault.put("debuginfo", null);
        return Map.of("error_message", JSON.writeValueAsString(fault));
    }

    /// For filters, which stand before Spring's message converters.
    static void write(HttpServletResponse response, int status, String message) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        byte[] body = JSON.writeValueAsString(of(status, message)).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
