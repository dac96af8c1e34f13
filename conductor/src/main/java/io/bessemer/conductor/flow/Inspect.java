package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.node.MacAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The agent looks at the hardware; what it found, [Findings] keeps.
final class Inspect extends AgentTask {
    Inspect(Tools tools) {
        super(tools, "inspect", "inspect", Duration.ofMinutes(15));
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return Map.of();
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        Map<String, Object> inventory = Findings.map(result.get("inventory"));
        if (inventory.isEmpty()) {
            return StepResult.failed("the agent reported no inventory");
        }
        Map<String, Object> pluginData = Findings.map(result.get("plugin_data"));
        if (pluginData.get("error") instanceof String error && !error.isEmpty()) { // as Ironic's ramdisk tells it; ours fails its command
            return StepResult.failed("the ramdisk reports an error: " + error);
        }
        String bootNic = Optional.ofNullable(Findings.text(Findings.map(inventory.get("boot")).get("pxe_interface"))).flatMap(Findings::macOf).map(MacAddress::value)
                .orElse(tools.agents().session(context.node().id()).map(session -> session.bootMac()).orElse(""));
        return new Findings(tools, inventory, pluginData, Optional.of(bootNic)).keep(context);
    }
}
