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

/// Powers on and looks until the machine is on. A node that must not be powered off is reset instead.
///
/// @param unlessAgent nothing to do while the flow has an agent: the machine needs no boot
/// @param restart     whether a node with `disable_power_off` needs a reset here
/// @param phase       of the timeline, as what comes now: POWER or DISK_BOOT
record PowerOn(Tools tools, String name, boolean unlessAgent, boolean restart, BootPhase phase) implements Step {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(15);

    @Override
    public StepResult run(StepContext context) throws DriverException {
        if (unlessAgent && context.memo(Memo.SESSION).isPresent()) {
            return StepResult.done();
        }
        var power = context.driver().power();
        Optional<Instant> asked = context.memoInstant(Memo.ASKED_AT);
        boolean reset = restart && context.node().disablePowerOff() && asked.isEmpty();
        boolean on = power.state(context.driverNode()) == PowerState.ON;
        if (on && !reset) {
            return on(context, asked.orElse(context.now()));
        }
        if (asked.isEmpty() || !context.now().isBefore(asked.get().plus(ASK_AGAIN))) {
            if (on) {
                tools.agents().close(context.node().id(), "the machine was reset", context.now());
            }
            power.apply(context.driverNode(), on ? PowerAction.RESET : PowerAction.ON);
            context.note(Memo.ASKED_AT, context.now());
            context.observe(phase, "bmc", on ? "reset" : "on", phase == BootPhase.DISK_BOOT
                    ? "Started the machine from " + (InstanceRamdisk.of(context.node()).isPresent() ? "the network, for its instance" : "its own disk") : "Told the BMC to power on", Map.of());
            if (!on && power.state(context.driverNode()) == PowerState.ON) { // as most are before they answer
                return on(context, context.now());
            }
        }
        return new StepResult.Wait(context.within(tools.settings().powerTimeout()), context.now().plus(tools.settings().powerPoll()), "power on", false);
    }

    private static StepResult on(StepContext context, Instant asked) {
        context.note(Memo.ASKED_AT, null);
        context.note(Memo.POWERED_ON_AT, asked);
        context.edit(node -> node.toBuilder().powerState(PowerState.ON).build());
        return StepResult.done();
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return StepResult.failed("the BMC takes the order, but the machine is still off after %d s. Check its power supply."
                .formatted(tools.settings().powerTimeout().toSeconds()));
    }
}
