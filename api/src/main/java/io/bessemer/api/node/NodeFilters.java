package io.bessemer.api.node;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The filters of a node listing. Most are the store's work; what it does not know is tried on each node.
///
/// @param rest what the store cannot filter by, empty when there is nothing of it
record NodeFilters(NodeQuery stored, Optional<Predicate<Node>> rest) {
    /// by filter, the microversion that brought it
    private static final Map<String, Integer> SINCE = since();

    private static Map<String, Integer> since() {
        Map<String, Integer> since = new LinkedHashMap<>();
        List.of("chassis_uuid", "instance_uuid", "associated", "maintenance").forEach(name -> since.put(name, 1));
        since.put("provision_state", 9);
        since.put("driver", 16);
        since.put("resource_class", 21);
        since.put("fault", 42);
        since.put("conductor_group", 46);
        since.put("conductor", 49);
        since.put("owner", 50);
        since.put("project", 50);
        since.put("description_contains", 51);
        since.put("retired", 61);
        since.put("lessee", 65);
        since.put("shard", 82);
        since.put("sharded", 82);
        since.put("parent_node", 83);
        since.put("include_children", 83);
        since.put("instance_name", 104);
        return since;
    }

    static List<String> names() {
        return List.copyOf(SINCE.keySet());
    }

    static NodeFilters of(Query query, Page page, RequestContext context) {
        query.allowOnly(Stream.concat(SINCE.keySet().stream(), Page.ARGUMENTS.stream()).toArray(String[]::new));
        SINCE.forEach((name, since) -> {
            if (query.has(name)) {
                context.require(since, "Filter '%s'".formatted(name));
            }
        });
        Optional<Predicate<Node>> rest = rest(query);
        boolean pageInStore = rest.isEmpty();
        // as in Ironic: children are hidden, at every version, unless they are asked for
        boolean children = query.flag("include_children").orElse(false);
        NodeQuery stored = new NodeQuery(
                query.uuid("instance_uuid").orElse(null),
                query.flag("associated").orElse(null),
                query.flag("maintenance").orElse(null),
                query.flag("retired").orElse(null),
                query.text("provision_state").map(NodeFilters::states).orElse(List.of()),
                query.text("driver").orElse(null),
                query.text("resource_class").orElse(null),
                query.text("fault").map(NodeFilters::fault).orElse(null),
                query.text("conductor_group").orElse(null),
                query.text("conductor").orElse(null),
                query.text("owner").orElse(null),
                query.text("lessee").orElse(null),
                query.uuid("chassis_uuid").orElse(null),
                query.text("shard").filter(text -> !text.contains(",")).orElse(null),
                query.text("description_contains").orElse(null),
                children ? null : query.uuid("parent_node").orElse(null),
                !children,
                pageInStore && page.marker() != null ? NodeId.of(page.marker()) : null,
                pageInStore ? page.limit() : 0,
                pageInStore ? page.sortKey() : null,
                pageInStore && page.descending(),
                null);
        return new NodeFilters(visible(query, context.caller(), stored), rest);
    }

    /// A project sees its own nodes and those that it leases, whatever it filters by.
    private static NodeQuery visible(Query query, Caller caller, NodeQuery stored) {
        if (Policy.allows(caller, Policy.LIST_ALL_NODES, Owned.BY_THE_SYSTEM)) {
            return stored;
        }
        query.text("project").filter(project -> !project.equals(caller.project())).ifPresent(_ -> Policy.require(caller, Policy.LIST_ALL_NODES, Owned.BY_THE_SYSTEM));
        return stored.visibleTo(caller.project());
    }

    private static Optional<Predicate<Node>> rest(Query query) {
        Stream<Optional<Predicate<Node>>> predicates = Stream.of(
                query.flag("sharded").map(wanted -> node -> (node.shard() != null) == wanted),
                query.names("shard").filter(names -> names.size() > 1).map(names -> node -> node.shard() != null && names.contains(node.shard())),
                query.text("project").map(project -> node -> project.equals(node.owner()) || project.equals(node.lessee())),
                query.text("instance_name").map(name -> node -> name.equals(node.instanceName())));
        return predicates.flatMap(Optional::stream).reduce(Predicate::and);
    }

    private static List<ProvisionState> states(String text) {
        return Arrays.stream(text.split(",")).map(wire -> ProvisionState.fromWire(wire).orElseThrow(() ->
                new Failure.Invalid("provision_state", "Provision state \"%s\" is not valid.".formatted(wire)))).toList();
    }

    private static Fault fault(String text) {
        return Fault.fromWire(text).orElseThrow(() -> new Failure.Invalid("fault", "'%s' is not one of %s."
                .formatted(text, String.join(", ", Arrays.stream(Fault.values()).map(Fault::wire).toList()))));
    }
}
