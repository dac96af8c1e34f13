package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.Vif;
import java.time.Instant;
import java.util.UUID;

/// A row of table `node_vifs`, filled by position.
record VifRow(String nodeUuid, String vif, String portUuid, String portgroupUuid, Instant attachedAt) {
    static VifRow of(Vif vif) {
        return new VifRow(vif.node().toString(), vif.id(), vif.port() == null ? null : vif.port().toString(),
                vif.portgroup() == null ? null : vif.portgroup().toString(), Micros.of(vif.attachedAt()));
    }

    Vif toVif() {
        return new Vif(NodeId.of(nodeUuid), vif, portUuid == null ? null : PortId.of(portUuid),
                portgroupUuid == null ? null : UUID.fromString(portgroupUuid), attachedAt);
    }
}
