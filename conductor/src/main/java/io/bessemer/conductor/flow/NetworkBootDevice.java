package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;

/// The next boot shall be from the network, once.
record NetworkBootDevice(Tools tools) implements Step {
    @Override
    public String name() {
        return "set boot device pxe";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        if (context.memo(Memo.SESSION).isPresent()) {
            return StepResult.done();
        }
        context.edit(IronicRamdisk::without);
        BootMode mode = BootModes.of(context.node());
        context.driver().management().setBootDevice(context.driverNode(), BootDevice.PXE, mode, false);
        context.observe(BootPhase.POWER, "bmc", "boot-device", "Set the boot device to pxe, once", Map.of("device", "pxe", "mode", mode.wire()));
        return StepResult.done();
    }
}
