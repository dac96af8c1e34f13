package io.bessemer.core.plan;

import io.bessemer.core.node.JsonCopy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Deploy steps that come with a trait: an instance that asks for the trait of this name gets them (Ironic API 1.55).
///
/// @param name a trait, as in `CUSTOM_RAID1`
public record DeployTemplate(UUID id, String name, List<PlannedStep> steps, Map<String, Object> extra, long version,
        Instant createdAt, Instant updatedAt) implements Plan {
    public DeployTemplate {
        Objects.requireNonNull(id, "id");
        steps = List.copyOf(steps);
        extra = JsonCopy.of(extra);
    }

    @Override
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("steps", steps.stream().map(PlannedStep::wire).toList());
        body.put("extra", extra);
        return body;
    }

    public static DeployTemplate of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt) {
        return new DeployTemplate(id, name, PlannedStep.listOf(body.get("steps")), Bodies.object(body.get("extra")),
                version, createdAt, updatedAt);
    }
}
