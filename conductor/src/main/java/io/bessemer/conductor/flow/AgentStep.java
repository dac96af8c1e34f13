package io.bessemer.conductor.flow;

import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;
import java.util.Map;

/// A step as data that the agent carries out.
class AgentStep extends AgentTask {
    private static final Duration LIMIT = Duration.ofHours(24);

    protected final NodeStep step;

    AgentStep(Tools tools, String name, NodeStep step) {
        this(tools, name, step, LIMIT);
    }

    AgentStep(Tools tools, String name, NodeStep step, Duration limit) {
        super(tools, name, StepCatalogue.command(step).wire(), limit);
        this.step = step;
    }

    /// @param name unique within the flow
    static AgentStep of(Tools tools, String name, NodeStep step) {
        CommandKind kind = StepCatalogue.command(step);
        return switch (kind) {
            case RAID_CREATE, RAID_DELETE -> new RaidStep(tools, name, step);
            case BURN_IN_CPU, BURN_IN_MEMORY, BURN_IN_DISK, BURN_IN_NETWORK -> new BurnInStep(tools, name, step);
            case INSPECT, ERASE_METADATA, ERASE, ERASE_EXPRESS, WRITE_IMAGE, WRITE_CONFIG_DRIVE, INSTALL_BOOT, RESCUE, REBOOT, POWER_OFF -> new AgentStep(tools, name, step);
        };
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return step.args();
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        return StepResult.done();
    }
}
