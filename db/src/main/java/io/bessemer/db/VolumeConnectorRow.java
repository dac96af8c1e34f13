package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeConnector;
import java.time.Instant;
import java.util.UUID;

/// A row of table `volume_connectors`, filled by position.
record VolumeConnectorRow(String uuid, String nodeUuid, String type, String connectorId, String extra, Instant createdAt, Instant updatedAt) {
    static VolumeConnectorRow of(VolumeConnector connector, Instant updatedAt, JsonColumns json) {
        return new VolumeConnectorRow(connector.id().toString(), connector.node().toString(), connector.type(), connector.connectorId(),
                json.write(connector.id() + "/extra", connector.extra()), Micros.of(connector.createdAt()), Micros.of(updatedAt));
    }

    VolumeConnector toConnector(JsonColumns json) {
        return new VolumeConnector(UUID.fromString(uuid), NodeId.of(nodeUuid), type, connectorId, json.read(uuid + "/extra", extra), createdAt, updatedAt);
    }
}
