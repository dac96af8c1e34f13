package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeTarget;
import java.time.Instant;
import java.util.UUID;

/// A row of table `volume_targets`, filled by position.
record VolumeTargetRow(String uuid, String nodeUuid, String volumeType, String volumeId, int bootIndex, String properties, String extra,
        Instant createdAt, Instant updatedAt) {
    static VolumeTargetRow of(VolumeTarget target, Instant updatedAt, JsonColumns json) {
        return new VolumeTargetRow(target.id().toString(), target.node().toString(), target.volumeType(), target.volumeId(), target.bootIndex(),
                json.write(target.id() + "/properties", target.properties()), json.write(target.id() + "/extra", target.extra()),
                Micros.of(target.createdAt()), Micros.of(updatedAt));
    }

    VolumeTarget toTarget(JsonColumns json) {
        return new VolumeTarget(UUID.fromString(uuid), NodeId.of(nodeUuid), volumeType, volumeId, bootIndex, json.read(uuid + "/properties", properties),
                json.read(uuid + "/extra", extra), createdAt, updatedAt);
    }
}
