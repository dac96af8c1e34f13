package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Powers off and looks until the machine is off, because a BMC that is told "on" too early keeps the old boot device.
///
/// @param unlessAgent nothing to do while the flow has an agent: the machine needs no boot
record PowerOff(Tools tools, String name, boolean unlessAgent) implements Step {
    /// a BMC that forgot the order gets it again
    private static final Duration ASK_AGAIN = Duration.ofSeconds(15);

    @Override
    public StepResult run(StepContext context) throws DriverException {
        if (unlessAgent && context.memo(Memo.SESSION).isPresent()) {
            return StepResult.done();
        }
        if (context.node().disablePowerOff()) {
            context.note(Memo.SESSION, null); // the reset that comes instead ends the agent too
            return StepResult.done();
        }
        var power = context.driver().power();
        if (power.state(context.driverNode()) == PowerState.OFF) {
            return off(context);
        }
        Optional<Instant> asked = context.memoInstant(Memo.ASKED_AT);
        if (asked.isEmpty() || !context.now().isBefore(asked.get().plus(ASK_AGAIN))) {
            power.apply(context.driverNode(), PowerAction.OFF);
            context.note(Memo.ASKED_AT, context.now());
            context.observe(BootPhase.POWER, "bmc", "off", "Told the BMC to power off", Map.of());
            if (power.state(context.driverNode()) == PowerState.OFF) { // as most are before they answer
                return off(context);
            }
        }
        return new StepResult.Wait(context.within(tools.settings().powerTimeout()), context.now().plus(tools.settings().powerPoll()), "power off", false);
    }

    private StepResult off(StepContext context) {
        tools.agents().close(context.node().id(), "the machine was powered off", context.now());
        context.note(Memo.ASKED_AT, null);
        context.note(Memo.SESSION, null);
        context.edit(node -> node.toBuilder().powerState(PowerState.OFF).build());
        return StepResult.done();
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return StepResult.failed("the BMC takes the order, but the machine is still on after %d s. Check the BMC's own web page or reset the BMC."
                .formatted(tools.settings().powerTimeout().toSeconds()));
    }
}
