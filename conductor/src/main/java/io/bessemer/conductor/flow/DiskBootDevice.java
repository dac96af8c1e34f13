package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;

/// From now on the machine boots its own disk, and the network has nothing for it.
record DiskBootDevice(Tools tools) implements Step {
    @Override
    public String name() {
        return "set boot device disk";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        RamdiskWay.of(context.node()).tidy(context);
        BootMode mode = BootModes.of(context.node());
        context.driver().management().setBootDevice(context.driverNode(), BootDevice.DISK, mode, true);
        context.note(Memo.NETBOOT, null);
        context.note(Memo.SESSION, null);
        context.observe(BootPhase.DISK_BOOT, "bmc", "boot-device", "Set the boot device to disk", Map.of("device", "disk", "mode", mode.wire()));
        return StepResult.done();
    }
}
