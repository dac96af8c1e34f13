package io.bessemer.api.port;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PortgroupStore;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/portgroups`, Ironic API 1.23, and a node's own under `/v1/nodes/{ident}/portgroups`, 1.24.
@Since(23)
@RestController
final class PortgroupResource implements Shaped {
    /// Since 1.26 clients may set these, and ask for them by name. Ironic 21.4 shows them to older ones all the same, and its test suite expects it.
    static final Set<String> SINCE_26 = Set.of("mode", "properties");

    /// of which a request has at most one
    private static final List<String> FILTERS = List.of("node", "address", "shard", "conductor_groups");

    private final PortgroupStore groups;
    private final PortStore ports;
    private final PortgroupFinder finder;
    private final NodeFinder nodes;
    private final Clock clock;

    PortgroupResource(PortgroupStore groups, PortStore ports, PortgroupFinder finder, NodeFinder nodes, Clock clock) {
        this.groups = groups;
        this.ports = ports;
        this.finder = finder;
        this.nodes = nodes;
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/portgroups", PortgroupFields.TABLE, Portgroup.of(NodeId.random(), clock.instant()), FILTERS);
    }

    @GetMapping("/v1/portgroups")
    Map<String, Object> list(Query query, RequestContext context) {
        return list(query, context, false, "/v1/portgroups", filtered(query, context));
    }

    @GetMapping("/v1/portgroups/detail")
    Map<String, Object> detail(Query query, RequestContext context) {
        return list(query, context, true, "/v1/portgroups/detail", filtered(query, context));
    }

    @Since(24)
    @GetMapping("/v1/nodes/{ident}/portgroups")
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, false, "/v1/nodes/" + ident + "/portgroups", groups.ofNode(nodes.find(ident).id()));
    }

    @Since(24)
    @GetMapping("/v1/nodes/{ident}/portgroups/detail")
    Map<String, Object> detailOfNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, true, "/v1/nodes/" + ident + "/portgroups/detail", groups.ofNode(nodes.find(ident).id()));
    }

    private Map<String, Object> list(Query query, RequestContext context, boolean detailed, String path, List<Portgroup> found) {
        requireNamed(query, context);
        List<Field<Portgroup>> wanted = PortgroupFields.TABLE.wanted(query, context, detailed);
        Page page = Page.of(query, PortgroupFields.TABLE, context);
        List<Portgroup> part = page.of(nodes.visible(found, Portgroup::node, context), PortgroupFields.TABLE, context, group -> group.id().toString(), "Portgroup");
        return page.answer("portgroups", part.stream().map(group -> PortgroupFields.TABLE.show(group, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    private List<Portgroup> filtered(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(FILTERS.stream(), Page.ARGUMENTS.stream()).toArray(String[]::new));
        if (query.has("conductor_groups")) {
            context.require(99, "Filter 'conductor_groups'");
        }
        if (query.has("shard")) {
            context.require(106, "Filter 'shard'");
        }
        List<String> given = FILTERS.stream().filter(query::has).toList();
        if (given.size() > 1) {
            throw new Failure.Invalid(given.get(1), "Filtering by %s simultaneously is not supported. Send one of them.".formatted(String.join(" and ", given)));
        }
        Optional<String> address = query.text("address");
        if (address.isPresent()) {
            return groups.findByAddress(PortFields.mac(address.get(), "address")).stream().toList();
        }
        if (query.has("shard") || query.has("conductor_groups")) {
            return groups.list().stream().filter(group -> nodes.lookUp(group.node().toString()).filter(node -> named(query, "shard", node.shard())
                    && named(query, "conductor_groups", node.conductorGroup())).isPresent()).toList();
        }
        return query.text("node").map(node -> groups.ofNode(nodes.seen(node, context).id())).orElseGet(groups::list);
    }

    /// Whether a filter that is a list of names is absent or has this one.
    private static boolean named(Query query, String filter, String name) {
        return query.names(filter).map(names -> name != null && names.contains(name)).orElse(true);
    }

    @PostMapping("/v1/portgroups")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        if (members.get("node_uuid") == null) {
            throw new Failure.Missing("node_uuid", "A port group belongs to a node.");
        }
        members.forEach((name, value) -> require(name, context, value != null));
        Portgroup group = PortgroupFields.TABLE.create(Portgroup.of(NodeId.random(), clock.instant()), members, context);
        Node node = node(group, context);
        Policy.require(context.caller(), Policy.CREATE_PORTGROUP, Owned.by(node));
        nodes.unlocked(node);
        Portgroup created = groups.create(group);
        return ResponseEntity.created(URI.create(context.base() + "/v1/portgroups/" + created.id())).body(PortgroupFields.TABLE.detail(created, context));
    }

    @GetMapping("/v1/portgroups/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        requireNamed(query, context);
        List<Field<Portgroup>> wanted = PortgroupFields.TABLE.wantedOfOne(query, context);
        return PortgroupFields.TABLE.show(finder.find(ident), wanted, context);
    }

    @PatchMapping("/v1/portgroups/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        PortgroupFields.TABLE.check(patch, context);
        // Ironic looks at the first operation alone
        patch.operations().stream().findFirst().ifPresent(operation -> require(operation.field(), context, true));
        Portgroup before = finder.find(ident);
        Portgroup after = PortgroupFields.TABLE.patch(before, patch);
        List<Port> members = ports.ofNode(before.node()).stream().filter(port -> before.id().equals(port.portgroup())).toList();
        Node node = node(after, context);
        Policy.require(context.caller(), Policy.UPDATE_PORTGROUP, Owned.by(node)); // the node that it shall belong to
        PortgroupRules.checkChange(nodes.unlocked(node), before, after, members);
        return PortgroupFields.TABLE.detail(groups.update(after), context);
    }

    @DeleteMapping("/v1/portgroups/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        Portgroup group = finder.find(ident);
        nodes.lookUp(group.node().toString()).ifPresent(nodes::unlocked);
        if (!groups.delete(group.id())) {
            throw new Failure.NotFound("Portgroup", ident);
        }
        return ResponseEntity.noContent().build();
    }

    private static void requireNamed(Query query, RequestContext context) {
        query.names("fields").orElse(List.of()).forEach(name -> require(name, context, true));
        query.text("sort_key").ifPresent(name -> require(name, context, true));
    }

    private static void require(String name, RequestContext context, boolean used) {
        if (used && SINCE_26.contains(name)) {
            context.require(26, "Field '%s'".formatted(name));
        }
    }

    /// Ironic answers 400, not 404, when the node that a group shall belong to is unknown.
    private Node node(Portgroup group, RequestContext context) {
        return nodes.lookUp(group.node().toString(), context).orElseThrow(() -> new Failure.Invalid("node_uuid", "Node %s could not be found.".formatted(group.node())));
    }
}
