package io.bessemer.api.wire;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/// Ironic's error body: `error_message` is a string that holds JSON. The member `kind` in it is ours.
public final class ErrorBody {
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

    /// With its head, for a connection that ends here and whose request nothing else sees.
    public static byte[] wholeAnswer(ErrorKind kind, String message) {
        byte[] body = JSON.writeValueAsString(of(kind, message)).getBytes(StandardCharsets.UTF_8);
        HttpStatus status = HttpStatus.valueOf(kind.status());
        String head = "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n".formatted(status.value(), status.getReasonPhrase(), body.length,
                kind == ErrorKind.TRY_LATER ? "Retry-After: 5\r\n" : "");
        return ByteBuffer.allocate(head.length() + body.length).put(head.getBytes(StandardCharsets.US_ASCII)).put(body).array();
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
