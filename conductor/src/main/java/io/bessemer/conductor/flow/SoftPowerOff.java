package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.Map;

/// Asks the operating system to shut down, and looks until the machine is off.
record SoftPowerOff(Tools tools, Duration timeout) implements Step {
    @Override
    public String name() {
        return "soft power off";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        var power = context.driver().power();
        if (power.state(context.driverNode()) == PowerState.OFF) {
            tools.agents().close(context.node().id(), "the machine was powered off", context.now());
            context.note(Memo.ASKED_AT, null);
            context.edit(node -> node.toBuilder().powerState(PowerState.OFF).build());
            return StepResult.done();
        }
        if (context.memoInstant(Memo.ASKED_AT).isEmpty()) {
            power.apply(context.driverNode(), PowerAction.SOFT_OFF);
            context.note(Memo.ASKED_AT, context.now());
            context.observe(BootPhase.POWER, "bmc", "soft-off", "Asked the operating system to shut down", Map.of());
        }
        return new StepResult.Wait(context.within(timeout), context.now().plus(tools.settings().powerPoll()), "soft power off", false);
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return StepResult.failed("the operating system did not shut down within %d s. It may ignore the power button; use 'power off'."
                .formatted(timeout.toSeconds()));
    }
}
