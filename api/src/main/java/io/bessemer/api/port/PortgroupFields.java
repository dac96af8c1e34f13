package io.bessemer.api.port;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import java.util.List;
import java.util.function.BiFunction;

/// A port group's fields (Ironic: `api/controllers/v1/portgroup.py`). Older clients see mode and properties too; see [PortgroupResource#SINCE_26].
final class PortgroupFields {
    private static final int LONGEST_MODE = 255;

    static final Fields<Portgroup> TABLE = new Fields<>("portgroup", List.of(
            of("uuid", 1, (Portgroup group) -> group.id().toString()).setOnce((group, value, field) -> group.toBuilder().id(Values.uuid(value, field)).build()).list().sort(),
            of("address", 1, (Portgroup group) -> group.address() == null ? null : group.address().value())
                    .set((group, value, field) -> group.toBuilder().address(value == null ? null : PortFields.mac(value, field)).build()).list().sort(),
            of("name", 1, Portgroup::name).set((group, value, field) -> group.toBuilder().name(PortFields.name(value, field)).build()).list().sort(),
            of("node_uuid", 1, (Portgroup group) -> group.node().toString()).set((group, value, field) -> group.toBuilder().node(new NodeId(Values.uuid(value, field))).build()),
            of("mode", 1, Portgroup::mode).set((group, value, field) -> group.toBuilder().mode(modeOf(value, field)).build()).sort(),
            of("properties", 1, Portgroup::properties).set((group, value, field) -> group.toBuilder().properties(PortFields.object(value, field)).build()),
            of("extra", 1, Portgroup::extra).set((group, value, field) -> group.toBuilder().extra(PortFields.object(value, field)).build()),
            of("internal_info", 1, Portgroup::internalInfo),
            of("standalone_ports_supported", 1, Portgroup::standalonePorts)
                    .set((group, value, field) -> group.toBuilder().standalonePorts(value == null || Values.flag(value, field)).build()).sort(),
            of("physical_network", 102, Portgroup::physicalNetwork)
                    .set((group, value, field) -> group.toBuilder().physicalNetwork(PortFields.physicalNetwork(value, field)).build()).sort(),
            of("category", 103, Portgroup::category)
                    .set((group, value, field) -> group.toBuilder().category(PortFields.text(value, field, PortFields.LONGEST_CATEGORY)).build()).sort(),
            of("dynamic_portgroup", 111, Portgroup::dynamic).sort(),
            of("created_at", 1, (Portgroup group) -> Values.time(group.createdAt())).sort(),
            of("updated_at", 1, (Portgroup group) -> Values.time(group.updatedAt())).sort(),
            of("ports", 24, (BiFunction<Portgroup, RequestContext, Object>) (group, context) -> Links.of(context, "portgroups/" + group.id() + "/ports")),
            of("links", 1, (BiFunction<Portgroup, RequestContext, Object>) (group, context) -> Links.of(context, "portgroups/" + group.id())).list()));

    private PortgroupFields() {
    }

    private static String modeOf(Object value, String field) {
        if (value == null) {
            throw new Failure.Invalid(field, "is a mandatory attribute and can not be removed. Replace it, for example by '%s'.".formatted(Portgroup.DEFAULT_MODE));
        }
        return Values.text(value, field, LONGEST_MODE);
    }
}
