package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.core.timeline.BootPhase;
import java.util.List;

/// The steps that every flow with an agent begins with: find one that is up, else boot the machine into the ramdisk.
final class RamdiskBoot {
    /// where a flow goes back to when the machine must be started again
    static final String FIRST = "power off for boot";

    private RamdiskBoot() {
    }

    static List<Step> steps(Tools tools) {
        return List.of(
                new FindAgent(tools),
                new PowerOff(tools, FIRST, true),
                new NetworkBootDevice(tools),
                new PowerOn(tools, "power on for boot", true, true, BootPhase.POWER),
                new AwaitAgent(tools));
    }
}
