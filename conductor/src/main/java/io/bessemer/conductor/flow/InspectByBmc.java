package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.InspectInterface;
import io.bessemer.core.node.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The machine's BMC says what hardware there is, and nothing boots. Safe to repeat.
record InspectByBmc(Tools tools) implements Step {
    /// without which nothing can be placed on the node (`ESSENTIAL_PROPERTIES` of Ironic); a diskless machine has no disk
    private static final List<String> NEEDED = List.of("cpu_arch", "memory_mb");

    /// Whether a node is inspected so.
    static boolean of(Node node) {
        return !List.of("", "agent", "fake", "no-inspect").contains(node.interfaces().getOrDefault("inspect", ""));
    }

    @Override
    public String name() {
        return "inspect by the BMC";
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        String chosen = context.node().interfaces().getOrDefault("inspect", "");
        InspectInterface bmc = context.driver().inspection().orElseThrow(() -> new DriverException(DriverException.Kind.UNSUPPORTED,
                "Driver %s of node %s does not inspect by the BMC (inspect_interface is '%s').".formatted(context.node().driver(), context.node().displayName(), chosen)));
        InspectInterface.Found found = bmc.look(context.driverNode());
        Map<String, Object> properties = context.node().properties();
        List<String> missing = NEEDED.stream().filter(name -> !properties.containsKey(name) && !said(found.inventory(), name)).toList();
        if (!missing.isEmpty()) {
            return StepResult.failed(("the BMC does not say %s. Many learn it during the machine's self-test: power it on once and inspect again; or set properties/%s by hand, "
                    + "or inspect_interface to 'agent'.").formatted(String.join(" and ", missing), missing.getFirst()));
        }
        return new Findings(tools, found.inventory(), found.pluginData(), Optional.empty()).keep(context);
    }

    private static boolean said(Map<String, Object> inventory, String property) {
        return property.equals("cpu_arch") ? Findings.map(inventory.get("cpu")).containsKey("architecture") : Findings.map(inventory.get("memory")).containsKey("physical_mb");
    }
}
