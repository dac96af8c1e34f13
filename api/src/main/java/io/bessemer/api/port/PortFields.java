package io.bessemer.api.port;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// The port's fields.
final class PortFields {
    static final Fields<Port> TABLE = new Fields<>("port", List.of(
            of("uuid", 1, (Port port) -> port.id().toString()).setOnce((port, value, field) -> copy(port).id(new PortId(Values.uuid(value, field))).port()).list().sort(),
            of("address", 1, (Port port) -> port.address().value()).set((port, value, field) -> copy(port).address(mac(value, field)).port()).list().sort(),
            of("node_uuid", 1, (Port port) -> port.node().toString()).set((port, value, field) -> copy(port).node(new NodeId(Values.uuid(value, field))).port()),
            of("extra", 1, Port::extra).set((port, value, field) -> copy(port).extra(object(value, field)).port()),
            of("internal_info", 18, Port::internalInfo),
            of("pxe_enabled", 19, Port::pxeEnabled).set((port, value, field) -> copy(port).pxeEnabled(value == null || Values.flag(value, field)).port()).sort(),
            of("local_link_connection", 19, Port::localLinkConnection).set(PortFields::localLink),
            of("portgroup_uuid", 24, (Port port) -> port.portgroup() == null ? null : port.portgroup().toString()).set(PortFields::portgroup),
            of("physical_network", 34, Port::physicalNetwork).set((port, value, field) -> copy(port).physicalNetwork(physicalNetwork(value, field)).port()).sort(),
            of("is_smartnic", 53, Port::smartNic).set((port, value, field) -> copy(port).smartNic(value != null && Values.flag(value, field)).port()).sort(),
            of("name", 88, Port::name).set((port, value, field) -> copy(port).name(name(value, field)).port()).list().sort(),
            of("description", 97, Port::description).set((port, value, field) -> copy(port).description(text(value, field)).port()),
            of("created_at", 1, (Port port) -> Values.time(port.createdAt())).sort(),
            of("updated_at", 1, (Port port) -> Values.time(port.updatedAt())).sort(),
            of("links", 1, (BiFunction<Port, RequestContext, Object>) (port, context) -> Links.of(context, "ports/" + port.id())).list()));

    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_PHYSICAL_NETWORK = 64;
    private static final Set<String> LOCAL_LINK_KEYS = Set.of("switch_id", "port_id", "switch_info", "network_type", "hostname");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,255}");

    private PortFields() {
    }

    /// Of a path. A MAC address is no name: it has colons.
    static void requireIdent(String ident, String what) {
        if (!NAME.matcher(ident).matches()) {
            throw new Failure.Invalid(what, "Expected UUID or name, received '%s'.".formatted(ident));
        }
    }

    static MacAddress mac(Object value, String field) {
        if (value == null) {
            throw new Failure.Invalid(field, "cannot be removed.");
        }
        String text = Values.text(value, field, LONGEST_TEXT);
        return MacAddress.parse(text).orElseThrow(() -> new Failure.Invalid(field, "Expected a MAC address but received %s.".formatted(text)));
    }

    private static Port localLink(Port port, Object value, String field) {
        Map<String, Object> link = object(value, field);
        link.keySet().stream().filter(key -> !LOCAL_LINK_KEYS.contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(field + "/" + key, "is not known. Known: " + String.join(", ", LOCAL_LINK_KEYS.stream().sorted().toList()) + ".");
        });
        return copy(port).localLinkConnection(link).port();
    }

    private static Port portgroup(Port port, Object value, String field) {
        return copy(port).portgroup(value == null ? null : Values.uuid(value, field)).port();
    }

    static String name(Object value, String field) {
        if (value == null) {
            return null;
        }
        String name = Values.text(value, field, LONGEST_TEXT);
        if (!NAME.matcher(name).matches() || NodeId.parse(name).isPresent()) {
            throw new Failure.Invalid(field, "'%s' is not a name. Names consist of letters, digits and '-._~', and are not UUIDs.".formatted(name));
        }
        return name;
    }

    private static String physicalNetwork(Object value, String field) {
        if (value == null) {
            return null;
        }
        String network = Values.text(value, field, LONGEST_PHYSICAL_NETWORK);
        if (network.isEmpty()) {
            throw new Failure.Invalid(field, "A non-empty value is required when setting physical_network. Remove the field to unset it.");
        }
        return network;
    }

    private static String text(Object value, String field) {
        return value == null ? null : Values.text(value, field, LONGEST_TEXT);
    }

    static Map<String, Object> object(Object value, String field) {
        return value == null ? Map.of() : Values.object(value, field);
    }

    private static PortCopy copy(Port port) {
        return new PortCopy(port);
    }

    /// A record has no `with`: this names the component that changes.
    private record PortCopy(Port port) {
        PortCopy id(PortId id) {
            return of(id, port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy node(NodeId node) {
            return of(port.id(), node, port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy address(MacAddress address) {
            return of(port.id(), port.node(), address, port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy pxeEnabled(boolean enabled) {
            return of(port.id(), port.node(), port.address(), enabled, port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy extra(Map<String, Object> extra) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), extra, port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy localLinkConnection(Map<String, Object> link) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), link, port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy physicalNetwork(String network) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), network, port.portgroup(), port.smartNic(), port.name(), port.description());
        }

        PortCopy portgroup(java.util.UUID portgroup) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), portgroup, port.smartNic(), port.name(), port.description());
        }

        PortCopy smartNic(boolean smart) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), smart, port.name(), port.description());
        }

        PortCopy name(String name) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), name, port.description());
        }

        PortCopy description(String description) {
            return of(port.id(), port.node(), port.address(), port.pxeEnabled(), port.extra(), port.localLinkConnection(), port.physicalNetwork(), port.portgroup(), port.smartNic(), port.name(), description);
        }

        private PortCopy of(PortId id, NodeId node, MacAddress address, boolean pxeEnabled, Map<String, Object> extra, Map<String, Object> link,
                String network, java.util.UUID portgroup, boolean smart, String name, String description) {
            return new PortCopy(new Port(id, node, address, pxeEnabled, extra, port.internalInfo(), link, network, portgroup, smart, name, description,
                    port.createdAt(), port.updatedAt()));
        }
    }
}
