package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request's JSON body, with checks that name the field. Methods of resources take it as a parameter.
///
/// @param value map, list, string, number, boolean, or null when the body is empty
public record JsonBody(Object value) {
    /// @throws WireException 400 when it is not JSON, 415 when it does not claim to be, 413 when it is too large
    public static JsonBody of(HttpServletRequest request) throws IOException {
        // an empty body has no media type that could be wrong
        PushbackInputStream in = new PushbackInputStream(request.getInputStream());
        int first = in.read();
        if (first < 0) {
            return new JsonBody(null);
        }
        in.unread(first);
        String type = request.getContentType();
        if (type != null && !isJson(type)) {
            throw new WireException(ErrorKind.NOT_JSON, "The media type '%s' is not supported. Send application/json.".formatted(type));
        }
        return new JsonBody(Json.read(in));
    }

    private static boolean isJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || type.equals("application/json-patch+json");
    }

    /// The body as an object with only the named members.
    public JsonObject object(String... known) {
        if (!(value instanceof Map<?, ?>)) {
            throw new WireException(ErrorKind.MALFORMED_BODY, "The request body must be a JSON object.");
        }
        JsonObject object = new JsonObject(Values.object(value, "body"));
        object.allowOnly(List.of(known));
        return object;
    }

    /// Like [#object], but for a body that may be absent.
    public Optional<JsonObject> optionalObject(String... known) {
        return value == null ? Optional.empty() : Optional.of(object(known));
    }

    /// The body as an object whose members are checked by a [Fields] table.
    public Map<String, Object> members() {
        if (!(value instanceof Map<?, ?>)) {
            throw new WireException(ErrorKind.MALFORMED_BODY, "The request body must be a JSON object.");
        }
        return Values.object(value, "body");
    }

    public List<Object> list() {
        if (!(value instanceof List<?>)) {
            throw new WireException(ErrorKind.MALFORMED_BODY, "The request body must be a JSON array.");
        }
        return Values.list(value, "body");
    }

    /// A JSON object of known shape.
    public record JsonObject(Map<String, Object> members) {
        void allowOnly(List<String> known) {
            members.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                throw new Failure.Invalid(name, "is not known here. Known: " + String.join(", ", known) + ".");
            });
        }

        public boolean has(String name) {
            return members.get(name) != null;
        }

        /// null when absent
        public Object get(String name) {
            return members.get(name);
        }

        public String required(String name) {
            if (!has(name)) {
                throw new Failure.Missing(name, "Send it in the request body.");
            }
            return Values.text(members.get(name), name);
        }

        public Optional<String> text(String name) {
            return Optional.ofNullable(members.get(name)).map(found -> Values.text(found, name));
        }

        public boolean flag(String name, boolean otherwise) {
            return has(name) ? Values.flag(members.get(name), name) : otherwise;
        }

        public Map<String, Object> object(String name) {
            return has(name) ? Values.object(members.get(name), name) : Map.of();
        }
    }
}
