package io.bessemer.core.plan;

import io.bessemer.core.node.JsonCopy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Steps by which a node is cleaned or serviced, approved for the nodes that have the trait of its name (Ironic API 1.92).
///
/// @param name           a trait, as in `CUSTOM_WIPE`
/// @param disableRamdisk the steps need no agent
/// @param published      anybody may use it (`public`); then it has no owner
/// @param owner          project that may use it, null for an operator's
public record Runbook(UUID id, String name, List<PlannedStep> steps, boolean disableRamdisk, boolean published, String owner, Map<String, Object> extra,
        long version, Instant createdAt, Instant updatedAt) implements Plan {
    public Runbook {
        Objects.requireNonNull(id, "id");
        steps = List.copyOf(steps);
        extra = JsonCopy.of(extra);
    }

    @Override
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("steps", steps.stream().map(PlannedStep::wire).toList());
        body.put("disable_ramdisk", disableRamdisk);
        body.put("public", published);
        body.put("owner", owner);
        body.put("extra", extra);
        return body;
    }

    public static Runbook of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt) {
        return new Runbook(id, name, PlannedStep.listOf(body.get("steps")), Boolean.TRUE.equals(body.get("disable_ramdisk")),
                Boolean.TRUE.equals(body.get("public")), (String) body.get("owner"), Bodies.object(body.get("extra")), version, createdAt, updatedAt);
    }
}
