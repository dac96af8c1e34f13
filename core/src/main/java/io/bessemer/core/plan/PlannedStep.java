package io.bessemer.core.plan;

import io.bessemer.core.node.JsonCopy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A step of a deploy template or runbook.
///
/// @param interfaceName  that has the step: `raid`
/// @param step           name of the step: `create_configuration`
/// @param args           for the step
/// @param rank           a deploy step's `priority` (higher first, 0 leaves the step out), or a runbook step's `order` (lower first)
/// @param rankName       which of the two it is
public record PlannedStep(String interfaceName, String step, Map<String, Object> args, int rank, String rankName) {
    public static final String PRIORITY = "priority";
    public static final String ORDER = "order";

    public PlannedStep {
        Objects.requireNonNull(interfaceName, "interfaceName");
        Objects.requireNonNull(step, "step");
        args = JsonCopy.of(args);
    }

    /// As in `raid.create_configuration`.
    public String id() {
        return interfaceName + "." + step;
    }

    /// As Ironic writes it.
    public Map<String, Object> wire() {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("interface", interfaceName);
        wire.put("step", step);
        wire.put("args", args);
        wire.put(rankName, rank);
        return wire;
    }

    static List<PlannedStep> listOf(Object wire) {
        return wire instanceof List<?> list ? list.stream().map(one -> of(Bodies.object(one))).toList() : List.of();
    }

    private static PlannedStep of(Map<String, Object> wire) {
        String rankName = wire.containsKey(ORDER) ? ORDER : PRIORITY;
        return new PlannedStep((String) wire.get("interface"), (String) wire.get("step"), Bodies.object(wire.get("args")),
                ((Number) wire.get(rankName)).intValue(), rankName);
    }
}
