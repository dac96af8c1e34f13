package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;

/// Logs in to the BMC and notes the machine's power state.
public record LearnPower() implements Step {
    /// key of `driver_internal_info`, shown as the node's `health`
    public static final String HEALTH = "health";

    @Override
    public String name() {
        return "read power state";
    }

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        PowerState state = context.driver().power().state(context.driverNode());
        String health = context.driver().management().health(context.node().id()).orElse(null);
        Map<String, Object> learned = context.driver().management().learned(context.node().id());
        context.edit(node -> {
            Node.Builder builder = node.toBuilder().powerState(state).internal(HEALTH, health);
            learned.forEach(builder::internal);
            return builder.build();
        });
        context.observe(BootPhase.POWER, "bmc", "state", "The BMC answers: " + state.wire(), Map.of("state", state.wire()));
        return StepResult.done();
    }
}
