package io.bessemer.conductor.flow;

import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.node.Node;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Makes or ends the node's software RAID. What there is afterwards becomes `raid_config`; the root volume becomes the root device, so that a deploy finds it.
final class RaidStep extends AgentStep {
    private static final String HINT = "root_device_hint";
    private static final String ROOT_DEVICE = "root_device";

    RaidStep(Tools tools, String name, NodeStep step) {
        super(tools, name, step);
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return creates() ? Map.of("logical_disks", RaidSteps.wished(step, context.node()), "delete_existing", RaidSteps.flag(step, "delete_existing")) : Map.of();
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        if (!creates()) {
            context.edit(RaidStep::without);
            return StepResult.done();
        }
        List<Map<?, ?>> made = disks(result);
        if (made.isEmpty()) {
            return StepResult.failed("the agent made no logical disk");
        }
        Instant now = context.now();
        context.edit(node -> with(node, made, now));
        return StepResult.done();
    }

    private boolean creates() {
        return StepCatalogue.command(step) == CommandKind.RAID_CREATE;
    }

    private static Node with(Node node, List<Map<?, ?>> made, Instant now) {
        Node bare = without(node);
        Map<String, Object> properties = new LinkedHashMap<>(bare.properties());
        made.stream().filter(disk -> Boolean.TRUE.equals(disk.get("is_root_volume")) && disk.get(HINT) instanceof Map<?, ?>).findFirst().ifPresent(root -> {
            properties.put(ROOT_DEVICE, root.get(HINT));
            properties.put("local_gb", root.get("size_gb"));
        });
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("logical_disks", made);
        config.put("last_updated", now.toString());
        return bare.toBuilder().raidConfig(config).properties(properties).build();
    }

    /// A hint that an operator gave stays.
    private static Node without(Node node) {
        Map<String, Object> properties = new LinkedHashMap<>(node.properties());
        boolean ours = disks(node.raidConfig()).stream().anyMatch(disk -> Objects.equals(disk.get(HINT), properties.get(ROOT_DEVICE)) && disk.get(HINT) != null);
        if (ours) {
            properties.remove(ROOT_DEVICE);
        }
        return node.toBuilder().raidConfig(Map.of()).properties(properties).build();
    }

    /// Arrays of the node that the ramdisk has to assemble before it looks for disks.
    static List<Map<?, ?>> arrays(Node node) {
        return disks(node.raidConfig()).stream().filter(disk -> disk.get("uuid") instanceof String && disk.get("device") instanceof String).toList();
    }

    private static List<Map<?, ?>> disks(Map<String, Object> config) {
        Stream<?> disks = config.get("logical_disks") instanceof List<?> list ? list.stream() : Stream.empty();
        return disks.<Map<?, ?>>mapMulti((disk, out) -> {
            if (disk instanceof Map<?, ?> map) {
                out.accept(map);
            }
        }).toList();
    }
}
