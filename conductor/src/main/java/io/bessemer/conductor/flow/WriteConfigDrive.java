package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;
import java.util.Map;

/// The agent fetches the config drive and puts it on a partition of its own.
final class WriteConfigDrive extends AgentTask {
    WriteConfigDrive(Tools tools) {
        super(tools, "write config drive", "write_config_drive", Duration.ofMinutes(10));
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return Map.of("device", String.valueOf(context.memo(Memo.DEVICE).orElse("")));
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        return StepResult.done();
    }
}
