package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;

/// Logs in to the BMC and notes the machine's power state.
record LearnPower() implements Step {
    @Override
    public String name() {
        return "read power state";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        PowerState state = context.driver().power().state(context.driverNode());
        context.edit(node -> node.toBuilder().powerState(state).build());
        context.observe(BootPhase.POWER, "bmc", "state", "The BMC answers: " + state.wire(), Map.of("state", state.wire()));
        return StepResult.done();
    }
}
