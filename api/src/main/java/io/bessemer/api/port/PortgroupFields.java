package io.bessemer.api.port;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

/// A port group's fields (Ironic: `api/controllers/v1/portgroup.py`). Older clients see mode and properties too; see [PortgroupResource#SINCE_26].
final class PortgroupFields {
    private static final int LONGEST_MODE = 255;

    static final Fields<Portgroup> TABLE = new Fields<>("portgroup", List.of(
            of("uuid", 1, (Portgroup group) -> group.id().toString()).setOnce((group, value, field) -> id(group, Values.uuid(value, field))).list().sort(),
            of("address", 1, (Portgroup group) -> group.address() == null ? null : group.address().value())
                    .set((group, value, field) -> address(group, value == null ? null : PortFields.mac(value, field))).list().sort(),
            of("name", 1, Portgroup::name).set((group, value, field) -> name(group, PortFields.name(value, field))).list().sort(),
            of("node_uuid", 1, (Portgroup group) -> group.node().toString()).set((group, value, field) -> node(group, new NodeId(Values.uuid(value, field)))),
            of("mode", 1, Portgroup::mode).set((group, value, field) -> mode(group, modeOf(value, field))).sort(),
            of("properties", 1, Portgroup::properties).set((group, value, field) -> properties(group, PortFields.object(value, field))),
            of("extra", 1, Portgroup::extra).set((group, value, field) -> extra(group, PortFields.object(value, field))),
            of("internal_info", 1, Portgroup::internalInfo),
            of("standalone_ports_supported", 1, Portgroup::standalonePorts)
                    .set((group, value, field) -> standalone(group, value == null || Values.flag(value, field))).sort(),
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

    private static Portgroup id(Portgroup g, UUID id) {
        return new Portgroup(id, g.node(), g.address(), g.mode(), g.properties(), g.extra(), g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup node(Portgroup g, NodeId node) {
        return new Portgroup(g.id(), node, g.address(), g.mode(), g.properties(), g.extra(), g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup address(Portgroup g, MacAddress address) {
        return new Portgroup(g.id(), g.node(), address, g.mode(), g.properties(), g.extra(), g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup mode(Portgroup g, String mode) {
        return new Portgroup(g.id(), g.node(), g.address(), mode, g.properties(), g.extra(), g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup properties(Portgroup g, Map<String, Object> properties) {
        return new Portgroup(g.id(), g.node(), g.address(), g.mode(), properties, g.extra(), g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup extra(Portgroup g, Map<String, Object> extra) {
        return new Portgroup(g.id(), g.node(), g.address(), g.mode(), g.properties(), extra, g.internalInfo(), g.standalonePorts(), g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup standalone(Portgroup g, boolean standalone) {
        return new Portgroup(g.id(), g.node(), g.address(), g.mode(), g.properties(), g.extra(), g.internalInfo(), standalone, g.name(), g.createdAt(), g.updatedAt());
    }

    private static Portgroup name(Portgroup g, String name) {
        return new Portgroup(g.id(), g.node(), g.address(), g.mode(), g.properties(), g.extra(), g.internalInfo(), g.standalonePorts(), name, g.createdAt(), g.updatedAt());
    }
}
