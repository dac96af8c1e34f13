package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;

/// The instance is over, and with it its virtual interfaces: the ports are free for the next one.
record DetachVifs(Tools tools) implements Step {
    @Override
    public String name() {
        return "detach virtual interfaces";
    }

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) {
        tools.vifs().detachAll(context.node().id());
        return StepResult.done();
    }
}
