package io.bessemer.conductor.allocation;

import static io.bessemer.core.lifecycle.ProvisionState.AVAILABLE;
import static io.bessemer.core.lifecycle.ProvisionState.ENROLL;
import static io.bessemer.core.lifecycle.ProvisionState.INSPECTING;
import static io.bessemer.core.lifecycle.ProvisionState.INSPECT_WAIT;
import static io.bessemer.core.lifecycle.ProvisionState.MANAGEABLE;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// What becomes of a node that gets or loses its allocation (Ironic: `conductor/allocations.py`, and `update_node` of its manager).
public final class AllocationRules {
    /// in `instance_info`: the traits that were asked for; deploy templates go by them
    public static final String TRAITS = "traits";

    private static final Set<ProvisionState> INSTANCE_REMOVABLE = Set.of(ENROLL, INSPECTING, INSPECT_WAIT, MANAGEABLE, AVAILABLE);

    private AllocationRules() {}

    static Node taken(Node node, Allocation allocation) {
        Map<String, Object> info = new LinkedHashMap<>(node.instanceInfo());
        info.put(TRAITS, allocation.traits());
        return node.toBuilder().instanceUuid(allocation.id()).allocationUuid(allocation.id()).instanceInfo(info).build();
    }

    static Node freed(Node node) {
        return node.toBuilder().instanceUuid(null).allocationUuid(null).build();
    }

    /// @throws Failure.Conflict while the node is in use
    static void requireFreeable(Node node, Allocation allocation) {
        if (node.maintenance()) {
            return;
        }
        boolean busy = node.targetProvisionState() != null && !StateClasses.UPDATE_ALLOWED.contains(node.provisionState());
        if (busy || node.provisionState() == ProvisionState.ACTIVE) {
            throw new Failure.Conflict(("Allocation %s cannot be removed from node %s, which is in state '%s'. "
                    + "Undeploy the node, which removes its allocation too, or set it into maintenance mode.")
                    .formatted(allocation.id(), node.displayName(), node.provisionState().wire()));
        }
    }

    /// The node as a client's edit leaves it: without its instance it has no allocation either.
    ///
    /// @throws Failure.Conflict when the edit takes the node from an instance while it is in use, or gives it to another
    public static Node edited(Node before, Node after) {
        if (Objects.equals(before.instanceUuid(), after.instanceUuid()) || before.instanceUuid() == null) {
            return after;
        }
        if (after.instanceUuid() != null) {
            throw new Failure.Conflict("Node %s is associated with instance %s. Remove instance_uuid first.".formatted(before.displayName(), before.instanceUuid()));
        }
        if (before.allocationUuid() == null) {
            return after;
        }
        if (!before.maintenance() && !INSTANCE_REMOVABLE.contains(before.provisionState())) {
            throw new Failure.Conflict(("Node %s has allocation %s, so instance_uuid can be removed only in maintenance mode or in one of the states %s. "
                    + "It is in state '%s'.").formatted(before.displayName(), before.allocationUuid(),
                    INSTANCE_REMOVABLE.stream().map(ProvisionState::wire).sorted().collect(Collectors.joining(", ")), before.provisionState().wire()));
        }
        return after.toBuilder().allocationUuid(null).build();
    }
}
