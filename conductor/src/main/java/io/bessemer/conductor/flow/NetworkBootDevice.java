package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;

/// The next boot shall be of the ramdisk, once, in the way of the node's boot interface.
record NetworkBootDevice(Tools tools) implements Step {
    @Override
    public String name() {
        return "set boot device";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        if (context.memo(Memo.SESSION).isPresent()) {
            return StepResult.done();
        }
        RamdiskWay way = RamdiskWay.of(context.node());
        BootMode mode = BootModes.of(context.node());
        way.prepare(context, mode);
        context.observe(BootPhase.POWER, "bmc", "boot-device", way.told(), Map.of("device", way.device().wire(), "mode", mode.wire()));
        return StepResult.done();
    }
}
