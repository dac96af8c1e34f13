package io.bessemer.api.allocation;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.allocation.AllocationService;
import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/allocations`, Ironic API 1.52, and `/v1/nodes/{ident}/allocation`.
@RestController
final class AllocationResource implements Targets, Shaped {
    private static final int MOST_CANDIDATES = 1000;

    private static final List<String> FILTERS = List.of("node", "resource_class", "state", "owner");

    private final AllocationStore allocations;
    private final AllocationService service;
    private final NodeFinder nodes;
    private final Clock clock;

    AllocationResource(AllocationStore allocations, AllocationService service, NodeFinder nodes, Clock clock) {
        this.allocations = allocations;
        this.service = service;
        this.nodes = nodes;
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/allocations", AllocationFields.TABLE, Allocation.draft(UUID.randomUUID(), clock.instant()), FILTERS);
    }

    @Since(52)
    @GetMapping("/v1/allocations")
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(FILTERS.stream(), Stream.of("limit", "marker", "sort_key", "sort_dir", "fields")).toArray(String[]::new));
        if (query.has("owner")) {
            context.require(60, "Argument 'owner'");
        }
        boolean all = Policy.allows(context.caller(), Policy.LIST_ALL_ALLOCATIONS, Owned.BY_THE_SYSTEM);
        if (!all && query.has("owner") && !query.text("owner").equals(Optional.ofNullable(context.caller().project()))) {
            Policy.require(context.caller(), Policy.LIST_ALL_ALLOCATIONS, Owned.BY_THE_SYSTEM);
        }
        List<Field<Allocation>> wanted = AllocationFields.TABLE.wanted(query, context, false);
        Page page = Page.of(query, AllocationFields.TABLE, context);
        Optional<NodeId> node = query.text("node").map(ident -> requireNode(ident, "node", context).id());
        Optional<AllocationState> state = query.text("state").map(AllocationResource::state);
        Stream<Allocation> found = (state.isPresent() ? allocations.in(state.get()) : allocations.list()).stream()
                .filter(one -> all || context.caller().project().equals(one.owner()))
                .filter(one -> node.isEmpty() || node.get().equals(one.node()))
                .filter(one -> query.text("resource_class").map(wished -> wished.equals(one.resourceClass())).orElse(true))
                .filter(one -> query.text("owner").map(wished -> wished.equals(one.owner())).orElse(true));
        List<Allocation> part = page.of(found.toList(), AllocationFields.TABLE, context, one -> one.id().toString(), "Allocation");
        return page.answer("allocations", part.stream().map(one -> AllocationFields.TABLE.show(one, wanted, context)).toList(), context, "/v1/allocations",
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    private static AllocationState state(String text) {
        return AllocationState.fromWire(text).orElseThrow(() -> new Failure.Invalid("state", "'%s' is not one of %s.".formatted(text,
                Arrays.stream(AllocationState.values()).map(AllocationState::wire).collect(Collectors.joining(", ")))));
    }

    @Since(value = 52, otherwise = 405)
    @PostMapping("/v1/allocations")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = new LinkedHashMap<>(body.members());
        Object onNode = members.remove("node");
        Object candidates = members.remove("candidate_nodes");
        if (onNode != null && !context.version().atLeast(58)) {
            throw new Failure.Invalid("node", "an allocation for a node in use needs API version 1.58 or later.");
        }
        Optional<Node> node = Optional.ofNullable(onNode).map(ident -> requireNode(Values.text(ident, "node"), "node", context));
        node.ifPresent(used -> Policy.require(context.caller(), Policy.UPDATE_NODE, Owned.by(used)));
        // without another wish the allocation is the instance that the node has
        UUID id = node.map(Node::instanceUuid).orElseGet(UUID::randomUUID);
        Allocation wish = owned(AllocationFields.TABLE.create(Allocation.draft(id, clock.instant()), members, context), context.caller());
        if (candidates != null) {
            wish = wish.withCandidateNodes(candidates(candidates, context));
        }
        if (wish.resourceClass() == null || wish.resourceClass().isEmpty()) {
            String ofNode = node.orElseThrow(() -> new Failure.Missing("resource_class", "It is needed unless `node` names a node in use.")).resourceClass();
            wish = wish.withResourceClass(ofNode);
        }
        Allocation created = node.isPresent() ? service.createOn(wish, node.get().id()) : service.create(wish);
        return ResponseEntity.created(URI.create(context.base() + "/v1/allocations/" + created.id())).body(AllocationFields.TABLE.detail(created, context));
    }

    /// What a project asks for is the project's, and finds the nodes that it owns or leases.
    private static Allocation owned(Allocation wish, Caller caller) {
        if (Policy.allows(caller, Policy.CREATE_ANY_ALLOCATION, Owned.BY_THE_SYSTEM)) {
            return wish;
        }
        if (wish.owner() != null && !wish.owner().equals(caller.project())) {
            throw new Failure.Forbidden("owner: '%s' is not your project %s. Leave it out: an allocation that you create is your project's.".formatted(wish.owner(), caller.project()));
        }
        return wish.withOwner(caller.project());
    }

    private List<NodeId> candidates(Object value, RequestContext context) {
        List<Object> idents = Values.list(value, "candidate_nodes");
        if (idents.size() > MOST_CANDIDATES) {
            throw new Failure.Invalid("candidate_nodes", "has %d nodes, at most %d are allowed.".formatted(idents.size(), MOST_CANDIDATES));
        }
        return idents.stream().map(ident -> requireNode(Values.text(ident, "candidate_nodes"), "candidate_nodes", context).id()).distinct().toList();
    }

    /// One that the body or an argument names: 400 when there is none, as Ironic answers.
    private Node requireNode(String ident, String field, RequestContext context) {
        return nodes.lookUp(ident, context).orElseThrow(() -> new Failure.Invalid(field, "Node %s could not be found.".formatted(ident)));
    }

    @Since(52)
    @GetMapping("/v1/allocations/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        return AllocationFields.TABLE.show(find(ident), AllocationFields.TABLE.wantedOfOne(query, context), context);
    }

    @Since(value = 57, otherwise = 405)
    @PatchMapping("/v1/allocations/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        AllocationFields.TABLE.check(patch, context);
        return AllocationFields.TABLE.detail(service.update(find(ident).id(), one -> AllocationFields.TABLE.patch(one, patch)), context);
    }

    @Since(value = 52, otherwise = 405)
    @DeleteMapping("/v1/allocations/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        service.delete(find(ident).id());
        return ResponseEntity.noContent().build();
    }

    @Since(52)
    @GetMapping({"/v1/nodes/{ident}/allocation", "/nodes/{ident}/allocation"}) // Ironic's own test suite leaves the version out, which Ironic takes for v1
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        return AllocationFields.TABLE.show(findOfNode(ident, context), AllocationFields.TABLE.wantedOfOne(query, context), context);
    }

    @Since(52)
    @DeleteMapping("/v1/nodes/{ident}/allocation")
    ResponseEntity<Void> deleteOfNode(@PathVariable String ident, RequestContext context) {
        Allocation found = findOfNode(ident, context);
        Policy.require(context.caller(), Policy.DELETE_ALLOCATION, by(found));
        service.delete(found.id());
        return ResponseEntity.noContent().build();
    }

    /// Somebody's node may have somebody else's allocation.
    private Allocation findOfNode(String ident, RequestContext context) {
        return allocations.ofNode(nodes.find(ident).id()).filter(found -> Policy.sees(context.caller(), by(found))).orElseThrow(() -> new Failure.NotFound("Allocation for node", ident));
    }

    private Allocation find(String ident) {
        return lookUp(ident).orElseThrow(() -> new Failure.NotFound("Allocation", ident));
    }

    private Optional<Allocation> lookUp(String ident) {
        return NodeId.parse(ident).map(id -> allocations.find(id.value())).orElseGet(() -> allocations.findByName(ident));
    }

    private static Owned by(Allocation allocation) {
        return new Owned(allocation.owner(), null);
    }

    @Override
    public String variable() {
        return "allocation";
    }

    @Override
    public String what() {
        return "Allocation";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return lookUp(ident).map(AllocationResource::by);
    }
}
