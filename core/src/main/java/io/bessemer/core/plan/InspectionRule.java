package io.bessemer.core.plan;

import io.bessemer.core.node.JsonCopy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// What to do after an inspection whose data meets the conditions (Ironic API 1.96).
///
/// @param description null when not set
/// @param priority    of two rules the higher one comes first
/// @param phase       `main`: after the inventory was stored
/// @param sensitive   conditions and actions are shown to nobody
/// @param conditions  `{op, args, ...}`; all must hold
/// @param actions     `{op, args, ...}`, one after the other
public record InspectionRule(UUID id, String description, int priority, String phase, boolean sensitive,
        List<Map<String, Object>> conditions, List<Map<String, Object>> actions, long version, Instant createdAt, Instant updatedAt) implements Plan {
    public InspectionRule {
        Objects.requireNonNull(id, "id");
        conditions = conditions.stream().map(JsonCopy::of).toList();
        actions = actions.stream().map(JsonCopy::of).toList();
    }

    /// Rules have none.
    @Override
    public String name() {
        return null;
    }

    @Override
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("description", description);
        body.put("priority", priority);
        body.put("phase", phase);
        body.put("sensitive", sensitive);
        body.put("conditions", conditions);
        body.put("actions", actions);
        return body;
    }

    public static InspectionRule of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt) {
        return new InspectionRule(id, (String) body.get("description"), ((Number) body.get("priority")).intValue(), (String) body.get("phase"),
                Boolean.TRUE.equals(body.get("sensitive")), objects(body.get("conditions")), objects(body.get("actions")),
                version, createdAt, updatedAt);
    }

    private static List<Map<String, Object>> objects(Object value) {
        return value instanceof List<?> list ? list.stream().map(Bodies::object).toList() : List.of();
    }
}
