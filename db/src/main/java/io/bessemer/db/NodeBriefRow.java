package io.bessemer.db;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;

/// What lists of nodes show of a row of table `nodes`. MyBatis fills it by position: components stand in the order of [NodeMapper#BRIEF_COLUMNS].
record NodeBriefRow(
        String uuid,
        String name,
        String driver,
        String instanceUuid,
        String resourceClass,
        String owner,
        String lessee,
        String powerState,
        String targetPowerState,
        String provisionState,
        String targetProvisionState,
        boolean maintenance,
        String lastError,
        String reservation) {

    Node toNode() {
        return Node.builder(NodeId.of(uuid), driver)
                .name(name)
                .instanceUuid(NodeRow.uuid(instanceUuid))
                .resourceClass(resourceClass)
                .owner(owner)
                .lessee(lessee)
                .powerState(NodeRow.enumeration("power_state", powerState, PowerState::fromWire))
                .targetPowerState(NodeRow.enumeration("target_power_state", targetPowerState, PowerTarget::fromWire))
                .provisionState(NodeRow.enumeration("provision_state", provisionState, ProvisionState::fromWire))
                .targetProvisionState(NodeRow.enumeration("target_provision_state", targetProvisionState, ProvisionState::fromWire))
                .maintenance(maintenance)
                .lastError(lastError)
                .reservation(reservation)
                .build();
    }
}
