package io.bessemer.db;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodePower;
import io.bessemer.core.node.PowerState;

/// What power sync reads of a row of table `nodes`. MyBatis fills it by position: components stand in the order of [NodeMapper#POWER_COLUMNS].
record NodePowerRow(String uuid, long version, String driver, String powerState, String provisionState, boolean maintenance, String fault) {
    NodePower toPower() {
        return new NodePower(NodeId.of(uuid), version, driver, NodeRow.enumeration("power_state", powerState, PowerState::fromWire),
                NodeRow.enumeration("provision_state", provisionState, ProvisionState::fromWire), maintenance,
                NodeRow.enumeration("fault", fault, Fault::fromWire));
    }
}
