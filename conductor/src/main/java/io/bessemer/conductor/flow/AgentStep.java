package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;
import java.util.Map;

/// A step as data that the agent carries out.
final class AgentStep extends AgentTask {
    private final Map<String, Object> args;

    AgentStep(Tools tools, String name, String kind, Map<String, Object> args) {
        super(tools, name, kind, Duration.ofHours(24));
        this.args = args;
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return args;
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        return StepResult.done();
    }
}
