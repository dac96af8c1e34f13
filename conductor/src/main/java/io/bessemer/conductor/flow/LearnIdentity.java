package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import java.util.Map;

/// Notes what the BMC says of itself. Some cannot say, and work nevertheless.
record LearnIdentity() implements Step {
    @Override
    public String name() {
        return "read BMC identity";
    }

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) {
        try {
            var identity = context.driver().management().identity(context.driverNode());
            context.edit(node -> node.toBuilder().internal("bmc", identity.facts()).build());
        } catch (DriverException e) {
            context.edit(node -> node.toBuilder().internal("bmc", Map.of("error", e.getMessage())).build());
        }
        return StepResult.done();
    }
}
