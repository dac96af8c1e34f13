package io.bessemer.api;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.conductor.NodeHardware.VendorAnswer;
import io.bessemer.core.driver.VendorInterface.Method;
import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/// What vendor methods of nodes and of drivers have in common on the wire.
public final class VendorPassthru {
    private static final JsonMapper JSON = new JsonMapper();

    private VendorPassthru() {
    }

    public static Map<String, Object> show(Map<String, Method> methods) {
        Map<String, Object> shown = new LinkedHashMap<>();
        methods.forEach((name, method) -> {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("http_methods", new TreeSet<>(method.httpMethods()));
            facts.put("async", method.async());
            facts.put("attach", false);
            facts.put("require_exclusive_lock", method.exclusive());
            facts.put("description", method.description());
            shown.put(name, facts);
        });
        return shown;
    }

    public static String method(Query query) {
        query.allowOnly("method");
        return query.text("method").filter(name -> !name.isEmpty()).orElseThrow(() -> new Failure.Missing("method", "Name one of those that vendor_passthru/methods lists."));
    }

    public static Map<String, Object> arguments(JsonBody body) {
        return body.value() == null ? Map.of() : body.members();
    }

    /// Any JSON value, a bare string included, so it is written here.
    public static ResponseEntity<byte[]> answer(VendorAnswer answer) {
        if (answer.async()) {
            return ResponseEntity.accepted().build();
        }
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(JSON.writeValueAsBytes(answer.result().orElse(null)));
    }
}
