package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One of Ironic's clean steps, carried out by the agent. Those of the `deploy` interface are known: see [#KINDS].
final class CleanStep extends AgentTask {
    /// agent command by Ironic's step name
    static final Map<String, String> KINDS = Map.of(
            "erase_devices_metadata", "erase_metadata",
            "erase_devices", "erase");

    private final Map<String, Object> step;

    private CleanStep(Tools tools, String name, String kind, Map<String, Object> step) {
        super(tools, name, kind, Duration.ofHours(24));
        this.step = step;
    }

    static CleanStep of(Tools tools, int number, String step, int priority, Object args) {
        Map<String, Object> shown = new LinkedHashMap<>(Map.of("interface", "deploy", "step", step, "priority", priority));
        if (args instanceof Map<?, ?> given && !given.isEmpty()) {
            shown.put("args", given);
        }
        return new CleanStep(tools, "clean step %d: deploy.%s".formatted(number, step), KINDS.get(step), shown);
    }

    static List<String> known() {
        return KINDS.keySet().stream().sorted().map(step -> "deploy." + step).toList();
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return Map.of();
    }

    @Override
    void begin(StepContext context) {
        context.edit(node -> node.toBuilder().cleanStep(step).build());
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        context.edit(node -> node.toBuilder().cleanStep(Map.of()).build());
        return StepResult.done();
    }
}
