package io.bessemer.api.volume;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeConnector;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// A volume connector's fields (Ironic: `api/controllers/v1/volume_connector.py`).
final class VolumeConnectorFields {
    private static final int LONGEST_TYPE = 32;
    private static final int LONGEST_ID = 255;

    static final Fields<VolumeConnector> TABLE = new Fields<>("volume connector", List.of(
            of("uuid", 1, (VolumeConnector c) -> c.id().toString()).setOnce((c, value, field) -> new VolumeConnector(Values.uuid(value, field), c.node(),
                    c.type(), c.connectorId(), c.extra(), c.createdAt(), c.updatedAt())).list().sort(),
            of("node_uuid", 1, (VolumeConnector c) -> c.node().toString()).set((c, value, field) -> new VolumeConnector(c.id(),
                    new NodeId(Values.uuid(value, field)), c.type(), c.connectorId(), c.extra(), c.createdAt(), c.updatedAt())).list(),
            of("type", 1, VolumeConnector::type).set((c, value, field) -> new VolumeConnector(c.id(), c.node(),
                    Values.text(value, field, LONGEST_TYPE), c.connectorId(), c.extra(), c.createdAt(), c.updatedAt())).list().sort(),
            of("connector_id", 1, VolumeConnector::connectorId).set((c, value, field) -> new VolumeConnector(c.id(), c.node(), c.type(),
                    Values.text(value, field, LONGEST_ID), c.extra(), c.createdAt(), c.updatedAt())).list().sort(),
            of("extra", 1, VolumeConnector::extra).set((c, value, field) -> new VolumeConnector(c.id(), c.node(), c.type(), c.connectorId(),
                    value == null ? Map.of() : Values.object(value, field), c.createdAt(), c.updatedAt())),
            of("created_at", 1, (VolumeConnector c) -> Values.time(c.createdAt())).sort(),
            of("updated_at", 1, (VolumeConnector c) -> Values.time(c.updatedAt())).sort(),
            of("links", 1, (BiFunction<VolumeConnector, RequestContext, Object>) (c, context) -> Links.of(context, "volume/connectors/" + c.id())).list()));

    private VolumeConnectorFields() {
    }
}
