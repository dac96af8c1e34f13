package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.node.BootMode;
import java.time.Duration;
import java.util.Map;

/// The agent makes the disk bootable in the mode that it booted in itself.
final class InstallBoot extends AgentTask {
    InstallBoot(Tools tools) {
        super(tools, "install boot", "install_boot", Duration.ofMinutes(10));
    }

    @Override
    Map<String, Object> params(StepContext context) {
        String mode = tools.agents().session(context.node().id()).map(AgentSession::bootMode).filter(seen -> seen != null)
                .orElse(BootModes.of(context.node()).wire());
        return Map.of("device", String.valueOf(context.memo(Memo.DEVICE).orElse("")), "boot_mode", mode);
    }

    @Override
    void begin(StepContext context) {
        context.edit(node -> node.toBuilder().deployStep(Map.of("interface", "deploy", "step", "prepare_instance_boot", "priority", 60)).build());
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        BootMode seen = tools.agents().session(context.node().id()).flatMap(session -> BootMode.fromWire(session.bootMode())).orElse(null);
        if (seen != null) {
            context.edit(node -> node.toBuilder().bootMode(seen).build());
        }
        return StepResult.done();
    }
}
