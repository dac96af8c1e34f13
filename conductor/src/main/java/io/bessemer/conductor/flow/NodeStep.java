package io.bessemer.conductor.flow;

import io.bessemer.core.node.JsonCopy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A unit of node work as data: Ironic's `{interface, step, args, priority}`.
///
/// @param by       the interface
/// @param priority higher ones run first; in manual cleaning and service the client's order counts instead
public record NodeStep(String by, String step, Map<String, Object> args, int priority) {
    public NodeStep {
        args = JsonCopy.of(args);
    }

    /// as in `deploy.erase_devices`
    public String name() {
        return by + "." + step;
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(Map.of("interface", by, "step", step, "priority", priority));
        if (!args.isEmpty()) {
            map.put("args", args);
        }
        return map;
    }

    /// Of what [#toMap] made: a flow's argument, checked when it was stored.
    static List<NodeStep> listOf(Object stored) {
        return stored instanceof List<?> list ? list.stream().map(one -> of((Map<?, ?>) one)).toList() : List.of();
    }

    private static NodeStep of(Map<?, ?> map) {
        Map<String, Object> args = new LinkedHashMap<>();
        if (map.get("args") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> args.put(String.valueOf(key), value));
        }
        return new NodeStep(String.valueOf(map.get("interface")), String.valueOf(map.get("step")), args,
                map.get("priority") instanceof Number priority ? priority.intValue() : 0);
    }
}
