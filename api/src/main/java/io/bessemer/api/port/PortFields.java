package io.bessemer.api.port;

import static io.bessemer.api.wire.Field.of;

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
    static final int LONGEST_CATEGORY = 80;

    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_PHYSICAL_NETWORK = 64;
    private static final int LONGEST_VENDOR = 32;

    static final Fields<Port> TABLE = new Fields<>("port", List.of(
            of("uuid", 1, (Port port) -> port.id().toString()).setOnce((port, value, field) -> port.toBuilder().id(new PortId(Values.uuid(value, field))).build()).list().sort(),
            of("address", 1, (Port port) -> port.address().value()).set((port, value, field) -> port.toBuilder().address(mac(value, field)).build()).list().sort(),
            of("node_uuid", 1, (Port port) -> port.node().toString()).set((port, value, field) -> port.toBuilder().node(new NodeId(Values.uuid(value, field))).build()),
            of("extra", 1, Port::extra).set((port, value, field) -> port.toBuilder().extra(object(value, field)).build()),
            of("internal_info", 18, Port::internalInfo),
            of("pxe_enabled", 19, Port::pxeEnabled).set((port, value, field) -> port.toBuilder().pxeEnabled(value == null || Values.flag(value, field)).build()).sort(),
            of("local_link_connection", 19, Port::localLinkConnection).set(PortFields::localLink),
            of("portgroup_uuid", 24, (Port port) -> port.portgroup() == null ? null : port.portgroup().toString()).set(PortFields::portgroup),
            of("physical_network", 34, Port::physicalNetwork).set((port, value, field) -> port.toBuilder().physicalNetwork(physicalNetwork(value, field)).build()).sort(),
            of("is_smartnic", 53, Port::smartNic).set((port, value, field) -> port.toBuilder().smartNic(value != null && Values.flag(value, field)).build()).sort(),
            of("name", 88, Port::name).set((port, value, field) -> port.toBuilder().name(name(value, field)).build()).list().sort(),
            of("description", 97, Port::description).set((port, value, field) -> port.toBuilder().description(text(value, field, LONGEST_TEXT)).build()),
            of("vendor", 100, Port::vendor).set((port, value, field) -> port.toBuilder().vendor(text(value, field, LONGEST_VENDOR)).build()).sort(),
            of("category", 101, Port::category).set((port, value, field) -> port.toBuilder().category(text(value, field, LONGEST_CATEGORY)).build()).sort(),
            of("available_for_dynamic_portgroup", 111, Port::dynamicPortgroup)
                    .set((port, value, field) -> port.toBuilder().dynamicPortgroup(value == null || Values.flag(value, field)).build()).sort(),
            of("created_at", 1, (Port port) -> Values.time(port.createdAt())).sort(),
            of("updated_at", 1, (Port port) -> Values.time(port.updatedAt())).sort(),
            of("links", 1, (BiFunction<Port, RequestContext, Object>) (port, context) -> Links.of(context, "ports/" + port.id())).list()));

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
        return port.toBuilder().localLinkConnection(link).build();
    }

    private static Port portgroup(Port port, Object value, String field) {
        return port.toBuilder().portgroup(value == null ? null : Values.uuid(value, field)).build();
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

    static String physicalNetwork(Object value, String field) {
        if (value == null) {
            return null;
        }
        String network = Values.text(value, field, LONGEST_PHYSICAL_NETWORK);
        if (network.isEmpty()) {
            throw new Failure.Invalid(field, "A non-empty value is required when setting physical_network. Remove the field to unset it.");
        }
        return network;
    }

    static String text(Object value, String field, int longest) {
        return value == null ? null : Values.text(value, field, longest);
    }

    static Map<String, Object> object(Object value, String field) {
        return value == null ? Map.of() : Values.object(value, field);
    }
}
