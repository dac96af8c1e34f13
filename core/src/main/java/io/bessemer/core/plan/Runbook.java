package io.bessemer.core.plan;

import io.bessemer.core.node.JsonCopy;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// Steps by which a node is cleaned or serviced, approved for the nodes that have one of its traits (Ironic API 1.112); to older clients, for those
/// that have the trait of its name (1.92).
///
/// @param name           to clients older than 1.112 a trait, as in `CUSTOM_WIPE`
/// @param traits         of which a node must have one
/// @param description    null when there is none
/// @param disableRamdisk the steps need no agent
/// @param published      anybody may use it (`public`); then it has no owner
/// @param owner          project that may use it, null for an operator's
public record Runbook(UUID id, String name, List<PlannedStep> steps, boolean disableRamdisk, boolean published, String owner, Map<String, Object> extra,
        Set<String> traits, String description, long version, Instant createdAt, Instant updatedAt) implements Plan {
    public Runbook {
        Objects.requireNonNull(id, "id");
        steps = List.copyOf(steps);
        extra = JsonCopy.of(extra);
        traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
    }

    @Override
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("steps", steps.stream().map(PlannedStep::wire).toList());
        body.put("disable_ramdisk", disableRamdisk);
        body.put("public", published);
        body.put("owner", owner);
        body.put("extra", extra);
        body.put("traits", List.copyOf(traits));
        body.put("description", description);
        return body;
    }

    public static Runbook of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt) {
        return new Runbook(id, name, PlannedStep.listOf(body.get("steps")), Boolean.TRUE.equals(body.get("disable_ramdisk")),
                Boolean.TRUE.equals(body.get("public")), (String) body.get("owner"), Bodies.object(body.get("extra")),
                traits(body, name), (String) body.get("description"), version, createdAt, updatedAt);
    }

    /// Runbooks that were stored before they had traits have the one that they are named by.
    private static Set<String> traits(Map<String, Object> body, String name) {
        return body.get("traits") instanceof List<?> list ? list.stream().map(String::valueOf).collect(Collectors.toSet()) : Set.of(name);
    }

    public Runbook withTraits(Set<String> others) {
        return new Runbook(id, name, steps, disableRamdisk, published, owner, extra, others, description, version, createdAt, updatedAt);
    }
}
