package io.bessemer.api.port;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.PortQuery;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PortgroupStore;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/ports`, and a node's own under `/v1/nodes/{ident}/ports`.
@RestController
final class PortResource implements Targets, Shaped {
    private static final MacAddress NO_ADDRESS = new MacAddress("00:00:00:00:00:00");

    private static final List<String> FILTERS = List.of("node", "node_uuid", "address", "portgroup", "shard", "conductor_groups", "description_contains");

    private final PortStore ports;
    private final PortgroupStore groups;
    private final PortgroupFinder portgroups;
    private final NodeFinder finder;
    private final Clock clock;

    PortResource(PortStore ports, PortgroupStore groups, PortgroupFinder portgroups, NodeFinder finder, Clock clock) {
        this.ports = ports;
        this.groups = groups;
        this.portgroups = portgroups;
        this.finder = finder;
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/ports", PortFields.TABLE, Port.of(NodeId.random(), NO_ADDRESS, clock.instant()), FILTERS);
    }

    @GetMapping("/v1/ports")
    Map<String, Object> list(Query query, RequestContext context) {
        return filtered(query, context, false, "/v1/ports");
    }

    @GetMapping("/v1/ports/detail")
    Map<String, Object> detail(Query query, RequestContext context) {
        return filtered(query, context, true, "/v1/ports/detail");
    }

    @GetMapping("/v1/nodes/{ident}/ports")
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, false, "/v1/nodes/" + ident + "/ports", ports.ofNode(finder.find(ident).id()));
    }

    @GetMapping("/v1/nodes/{ident}/ports/detail")
    Map<String, Object> detailOfNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, true, "/v1/nodes/" + ident + "/ports/detail", ports.ofNode(finder.find(ident).id()));
    }

    @Since(24)
    @GetMapping("/v1/portgroups/{ident}/ports")
    Map<String, Object> ofPortgroup(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, false, "/v1/portgroups/" + ident + "/ports", members(portgroups.find(ident)));
    }

    @Since(24)
    @GetMapping("/v1/portgroups/{ident}/ports/detail")
    Map<String, Object> detailOfPortgroup(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, true, "/v1/portgroups/" + ident + "/ports/detail", members(portgroups.find(ident)));
    }

    private List<Port> members(Portgroup group) {
        return ports.ofNode(group.node()).stream().filter(port -> group.id().equals(port.portgroup())).toList();
    }

    /// Of few, those of one node or group.
    private Map<String, Object> list(Query query, RequestContext context, boolean detailed, String path, List<Port> found) {
        List<Field<Port>> wanted = PortFields.TABLE.wanted(query, context, detailed);
        Page page = Page.of(query, PortFields.TABLE, context);
        return answer(page.of(finder.visible(found, Port::node, context), PortFields.TABLE, context, port -> port.id().toString(), "Port"), page, wanted, context, path);
    }

    private static Map<String, Object> answer(List<Port> part, Page page, List<Field<Port>> wanted, RequestContext context, String path) {
        return page.answer("ports", part.stream().map(port -> PortFields.TABLE.show(port, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    private Map<String, Object> filtered(Query query, RequestContext context, boolean detailed, String path) {
        requireFilters(query, context);
        Optional<List<Port>> few = few(query, context);
        if (few.isPresent()) {
            return list(query, context, detailed, path, few.get().stream().filter(port -> described(query, port)).filter(port -> ofShard(query, port)).toList());
        }
        List<Field<Port>> wanted = PortFields.TABLE.wanted(query, context, detailed);
        Page page = Page.of(query, PortFields.TABLE, context);
        return answer(ports.list(new PortQuery(query.names("shard").orElse(null), query.names("conductor_groups").orElse(null),
                query.text("description_contains").orElse(null), finder.seesOnly(context).orElse(null),
                page.marker() == null ? null : new PortId(UUID.fromString(page.marker())), page.limit(), page.sortKey(), page.descending())), page, wanted, context, path);
    }

    private static void requireFilters(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(FILTERS.stream(), Page.ARGUMENTS.stream()).toArray(String[]::new));
        if (query.has("description_contains")) {
            context.require(97, "Filter 'description_contains'");
        }
        if (query.has("conductor_groups")) {
            context.require(99, "Filter 'conductor_groups'");
            Stream.of("node", "node_uuid", "portgroup", "address").filter(query::has).findFirst().ifPresent(other -> {
                throw new Failure.Invalid("conductor_groups", "cannot be combined with %s. Send one of them.".formatted(other));
            });
        }
        if (query.has("portgroup")) {
            context.require(24, "Filter 'portgroup'");
            if (query.has("node") || query.has("node_uuid") || query.has("shard")) {
                throw new Failure.Forbidden("Operation not permitted: ports are filtered by one of node, portgroup and shard.");
            }
        }
        if (query.has("shard")) {
            context.require(82, "Filter 'shard'");
        }
    }

    /// Those of a node, a group or an address, when these are asked for.
    private Optional<List<Port>> few(Query query, RequestContext context) {
        Optional<MacAddress> address = query.text("address").map(text -> PortFields.mac(text, "address"));
        if (query.has("portgroup")) {
            List<Port> members = members(portgroups.seen(query.values().get("portgroup"), context));
            return Optional.of(address.map(mac -> members.stream().filter(port -> port.address().equals(mac)).toList()).orElse(members));
        }
        Optional<NodeId> node = query.text("node").or(() -> query.uuid("node_uuid").map(String::valueOf)).map(ident -> finder.seen(ident, context).id());
        if (address.isPresent()) {
            return Optional.of(ports.findByAddress(address.get()).stream().filter(port -> node.isEmpty() || node.get().equals(port.node())).toList());
        }
        return node.map(ports::ofNode);
    }

    @Override
    public String variable() {
        return "port";
    }

    @Override
    public String what() {
        return "Port";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return lookUp(ident, context).flatMap(port -> finder.owned(port.node()));
    }

    private boolean ofShard(Query query, Port port) {
        return query.names("shard").map(shards -> finder.lookUp(port.node().toString()).map(Node::shard).filter(shards::contains).isPresent()).orElse(true);
    }

    private static boolean described(Query query, Port port) {
        return query.text("description_contains").map(part -> port.description() != null
                && port.description().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))).orElse(true);
    }

    @PostMapping("/v1/ports")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = new LinkedHashMap<>(body.members());
        for (String name : List.of("address", "node_uuid")) {
            if (members.get(name) == null) {
                throw new Failure.Missing(name, "A port is a MAC address of a node.");
            }
        }
        String ident = Values.text(members.get("node_uuid"), "node_uuid");
        if (!context.version().atLeast(94)) {
            Values.uuid(ident, "node_uuid");
        }
        // Ironic answers 400, not 404, when the node of a new port is unknown
        Node seen = finder.lookUp(ident, context).orElseThrow(() -> new Failure.Invalid("node_uuid", "Node %s could not be found.".formatted(ident)));
        Policy.require(context.caller(), Policy.CREATE_PORT, Owned.by(seen));
        Node node = finder.unlocked(seen);
        members.put("node_uuid", node.id().toString());
        Port draft = PortFields.TABLE.create(Port.of(node.id(), NO_ADDRESS, clock.instant()), members, context);
        checkSmartNic(draft);
        portgroup(draft).ifPresent(group -> {
            PortgroupRules.checkMember(group, null, draft, members(group));
            // only when it is asked for: by default a member is enabled for PXE, and Ironic takes it
            if (members.get("pxe_enabled") != null && draft.pxeEnabled() && !group.standalonePorts()) {
                throw PortgroupRules.notStandalone(group, "This port cannot be created as a member of it, as 'pxe_enabled' is True.");
            }
        });
        Port created = ports.create(draft);
        return ResponseEntity.created(URI.create(context.base() + "/v1/ports/" + created.id())).body(PortFields.TABLE.detail(created, context));
    }

    @GetMapping("/v1/ports/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<Port>> wanted = PortFields.TABLE.wantedOfOne(query, context);
        return PortFields.TABLE.show(required(ident, context), wanted, context);
    }

    @PatchMapping("/v1/ports/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        PortFields.TABLE.check(patch, context);
        Port before = required(ident, context);
        Port after = PortFields.TABLE.patch(before, patch);
        if (context.version().atLeast(102) && patch.touches("physical_network") && before.portgroup() != null) {
            throw new Failure.Invalid("physical_network", "cannot be changed while the port belongs to portgroup %s. Change the portgroup's.".formatted(before.portgroup()));
        }
        if (!after.node().equals(before.node())) {
            Node other = finder.lookUp(after.node().toString(), context)
                    .orElseThrow(() -> new Failure.Invalid("node_uuid", "Node %s could not be found.".formatted(after.node())));
            Policy.require(context.caller(), Policy.UPDATE_PORT, Owned.by(other));
        }
        finder.lookUp(before.node().toString()).map(finder::unlocked).ifPresent(node -> PortRules.checkChange(node, before, after));
        portgroup(after).ifPresent(group -> PortgroupRules.checkMember(group, before, after, members(group)));
        return PortFields.TABLE.detail(ports.update(after), context);
    }

    @DeleteMapping("/v1/ports/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident, RequestContext context) {
        Port port = required(ident, context);
        finder.lookUp(port.node().toString()).map(finder::unlocked).ifPresent(node -> PortRules.checkDelete(node, port));
        if (!ports.delete(port.id())) {
            throw new Failure.NotFound("Port", ident);
        }
        return ResponseEntity.noContent().build();
    }

    private static void checkSmartNic(Port port) {
        if (port.smartNic() && !port.localLinkConnection().keySet().containsAll(List.of("port_id", "hostname"))) {
            throw new Failure.Invalid("local_link_connection", "Smart NIC port must have port_id and hostname in local_link_connection.");
        }
    }

    /// Ironic answers 400, not 404, when the group of a port is unknown.
    private Optional<Portgroup> portgroup(Port port) {
        return Optional.ofNullable(port.portgroup()).map(id -> groups.find(id)
                .orElseThrow(() -> new Failure.Invalid("portgroup_uuid", "Portgroup %s could not be found.".formatted(id))));
    }

    private Port required(String ident, RequestContext context) {
        PortFields.requireIdent(ident, "port");
        return lookUp(ident, context).orElseThrow(() -> new Failure.NotFound("Port", ident));
    }

    /// By UUID, and by name since Ironic API 1.88.
    private Optional<Port> lookUp(String ident, RequestContext context) {
        return NodeId.parse(ident).map(id -> ports.find(new PortId(id.value())))
                .orElseGet(() -> context.version().atLeast(88) ? ports.findByName(ident) : Optional.empty());
    }
}
