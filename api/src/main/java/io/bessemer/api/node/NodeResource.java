package io.bessemer.api.node;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes`: list, create, show, change, forget; and those of a chassis.
@RestController
final class NodeResource implements Shaped {
    private final NodeStore nodes;
    private final NodeService service;
    private final NodeFinder finder;
    private final NodeRules rules;

    NodeResource(NodeStore nodes, NodeService service, NodeFinder finder, NodeRules rules) {
        this.nodes = nodes;
        this.service = service;
        this.finder = finder;
        this.rules = rules;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/nodes", NodeFields.TABLE, Node.builder(NodeId.random(), "").build(), NodeFilters.names());
    }

    @GetMapping("/v1/nodes")
    Map<String, Object> list(Query query, RequestContext context) {
        return list(query, context, false, "/v1/nodes");
    }

    @GetMapping("/v1/nodes/detail")
    Map<String, Object> detail(Query query, RequestContext context) {
        return list(query, context, true, "/v1/nodes/detail");
    }

    @GetMapping("/v1/chassis/{chassis}/nodes")
    Map<String, Object> ofChassis(@PathVariable String chassis, Query query, RequestContext context) {
        return list(query.and("chassis_uuid", chassis), context, false, "/v1/chassis/%s/nodes".formatted(chassis));
    }

    @GetMapping("/v1/chassis/{chassis}/nodes/detail")
    Map<String, Object> detailOfChassis(@PathVariable String chassis, Query query, RequestContext context) {
        return list(query.and("chassis_uuid", chassis), context, true, "/v1/chassis/%s/nodes/detail".formatted(chassis));
    }

    private Map<String, Object> list(Query query, RequestContext context, boolean detailed, String path) {
        List<Field<Node>> wanted = NodeFields.TABLE.wanted(query, context, detailed);
        Page page = Page.of(query, NodeFields.TABLE, context);
        NodeFilters filters = NodeFilters.of(query, page, context);
        if (page.marker() != null && nodes.find(NodeId.of(page.marker())).filter(node -> Policy.sees(context.caller(), Owned.by(node))).isEmpty()) {
            throw new Failure.NotFound("Node", page.marker());
        }
        boolean brief = filters.rest().isEmpty() && wanted.stream().allMatch(field -> NodeFields.BRIEF.contains(field.name()));
        List<Node> found = brief ? nodes.listBrief(filters.stored()) : nodes.list(filters.stored());
        if (filters.rest().isPresent()) {
            found = page.of(found.stream().filter(filters.rest().get()).toList(), NodeFields.TABLE, context, node -> node.id().toString(), "Node");
        }
        List<Map<String, Object>> items = found.stream().map(node -> NodeFields.TABLE.show(node, wanted, context)).toList();
        return page.answer("nodes", items, context, path, found.isEmpty() ? "" : found.getLast().id().toString());
    }

    @PostMapping("/v1/nodes")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        if (members.get("driver") == null) {
            throw new Failure.Missing("driver", "Name a hardware type; `baremetal driver list` shows them.");
        }
        Node draft = rules.check(owned(NodeFields.TABLE.create(Node.builder(NodeId.random(), "").build(), members, context), members, context.caller()));
        rules.checkDriver(draft);
        // until 1.11 a client did not know `enroll`
        Node created = service.create(draft, context.version().atLeast(11) ? ProvisionState.ENROLL : ProvisionState.AVAILABLE);
        return ResponseEntity.created(URI.create(context.base() + "/v1/nodes/" + created.id())).body(NodeFields.TABLE.detail(created, context));
    }

    /// What a project's administrator makes belongs to the project (Ironic API 1.80), and holds nothing that it could not change later.
    private static Node owned(Node draft, Map<String, Object> members, Caller caller) {
        if (Policy.allows(caller, Policy.CREATE_NODE, Owned.BY_THE_SYSTEM)) {
            return draft;
        }
        if (draft.owner() != null && !draft.owner().equals(caller.project())) {
            throw new Failure.Forbidden("owner: '%s' is not your project %s. Leave it out: a node that you create is your project's.".formatted(draft.owner(), caller.project()));
        }
        Owned thing = new Owned(caller.project(), null);
        members.forEach((field, value) -> {
            if (!field.equals("owner") && value != null) {
                Policy.require(caller, Policy.updateOf(field, value), thing);
            }
        });
        return NodeFields.with(draft, node -> node.owner(caller.project()));
    }

    /// Each field asks for its own.
    private static void requireChange(Caller caller, JsonPatch patch, Node node) {
        Owned thing = Owned.by(node);
        patch.operations().forEach(operation -> Policy.require(caller, Policy.updateOf(operation.field(), operation.value()), thing));
        if (patch.touches("owner") && (node.instanceUuid() != null || node.provisionState() == ProvisionState.ACTIVE)) {
            Policy.require(caller, Policy.UPDATE_PROVISIONED_OWNER, thing);
        }
    }

    @GetMapping("/v1/nodes/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<Node>> wanted = NodeFields.TABLE.wantedOfOne(query, context);
        return NodeFields.TABLE.show(finder.find(ident), wanted, context);
    }

    @PatchMapping("/v1/nodes/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, Query query, RequestContext context) {
        query.allowOnly("reset_interfaces");
        JsonPatch patch = JsonPatch.parse(body.list());
        boolean reset = query.flag("reset_interfaces").orElse(false);
        if (query.has("reset_interfaces")) {
            context.require(45, "Argument 'reset_interfaces'");
            if (reset && !patch.touches("driver")) {
                throw new Failure.Invalid("reset_interfaces", "can only be used together with a new driver.");
            }
        }
        NodeFields.TABLE.check(patch, context);
        Set<String> chosen = NodeFields.INTERFACES.keySet().stream().filter(name -> patch.touches(name + "_interface")).collect(Collectors.toSet());
        boolean driverMatters = patch.touches("driver") || !chosen.isEmpty();
        Node found = finder.find(ident);
        requireChange(context.caller(), patch, found);
        Node updated = service.update(found.id(), patch.onlyRemoves("instance_uuid"), node -> {
            requireChange(context.caller(), patch, node); // it may have changed hands
            Node changed = rules.check(NodeFields.TABLE.patch(node, patch));
            if (reset) {
                changed = rules.withDefaultInterfaces(changed, chosen);
            }
            if (driverMatters) {
                rules.checkDriver(changed);
            }
            return changed;
        });
        return NodeFields.TABLE.detail(updated, context);
    }

    @DeleteMapping("/v1/nodes/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        service.delete(finder.find(ident).id());
        return ResponseEntity.noContent().build();
    }
}
