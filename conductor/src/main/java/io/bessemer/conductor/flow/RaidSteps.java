package io.bessemer.conductor.flow;

import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the steps of the `raid` interface need of their node, checked when the verb comes in, and which of the wished logical disks they make.
public final class RaidSteps {
    static final String CREATE = "create_configuration";
    static final String DELETE = "delete_configuration";
    static final String APPLY = "apply_configuration";

    private RaidSteps() {
    }

    /// @param raid the node's, empty when it does without
    public static void check(Node node, List<NodeStep> steps, Optional<RaidInterface> raid) {
        for (NodeStep step : steps) {
            if (!step.by().equals("raid") || StepCatalogue.reserved(step)) {
                continue;
            }
            if (raid.isEmpty()) {
                throw new Failure.Unsupported("Step %s needs a RAID interface, and node %s has raid_interface '%s'. Set another that its driver has, such as 'agent'."
                        .formatted(step.name(), node.displayName(), node.interfaces().getOrDefault("raid", "no-raid")));
            }
            switch (step.step()) {
                case APPLY -> {
                    if (!(step.args().get("raid_config") instanceof Map<?, ?> given)) {
                        throw new Failure.Missing("raid_config", "Step %s takes it as an argument: {\"logical_disks\": [...]}.".formatted(step.name()));
                    }
                    raid.get().check(strings(given));
                    requireSome(wished(step, node), step);
                }
                case CREATE -> {
                    if (node.targetRaidConfig().isEmpty()) {
                        throw new Failure.Missing("target_raid_config", "Say which logical disks step %s shall make: PUT /v1/nodes/%s/states/raid."
                                .formatted(step.name(), node.displayName()));
                    }
                    requireSome(wished(step, node), step);
                }
                default -> {
                    // what is to be deleted needs no wish
                }
            }
        }
    }

    private static void requireSome(List<Object> disks, NodeStep step) {
        if (disks.isEmpty()) {
            throw new Failure.Invalid("logical_disks", "none is left of them: step %s has create_root_volume %s and create_nonroot_volumes %s."
                    .formatted(step.name(), flag(step, "create_root_volume"), flag(step, "create_nonroot_volumes")));
        }
    }

    /// The logical disks that a step shall make.
    static List<Object> wished(NodeStep step, Node node) {
        Map<String, Object> config = step.args().get("raid_config") instanceof Map<?, ?> given ? strings(given) : node.targetRaidConfig();
        List<Object> wished = new ArrayList<>();
        if (config.get("logical_disks") instanceof List<?> disks) {
            for (Object disk : disks) {
                boolean root = disk instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("is_root_volume"));
                if (flag(step, root ? "create_root_volume" : "create_nonroot_volumes")) {
                    wished.add(disk);
                }
            }
        }
        return wished;
    }

    static boolean flag(NodeStep step, String name) {
        return !Boolean.FALSE.equals(step.args().get(name));
    }

    private static Map<String, Object> strings(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
