package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Secrets;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/imports/nodes`, ours: a node that another Ironic has managed begins in the state that it has there, with its UUID, traits and instance. Nothing is done
/// to its machine. The body is that of `POST /v1/nodes`, with `provision_state` and `traits`.
@RestController
final class NodeImportResource {
    private final NodeService service;
    private final NodeRules rules;

    NodeImportResource(NodeService service, NodeRules rules) {
        this.service = service;
        this.rules = rules;
    }

    @PostMapping("/v1/imports/nodes")
    ResponseEntity<Map<String, Object>> take(JsonBody body, RequestContext context) {
        Map<String, Object> members = new LinkedHashMap<>(body.members());
        for (String name : List.of("uuid", "driver", "provision_state")) {
            if (members.get(name) == null) {
                throw new Failure.Missing(name, "An imported node keeps its UUID, driver and state.");
            }
        }
        ProvisionState state = state(Values.text(members.remove("provision_state"), "provision_state"));
        Set<String> traits = traits(members.remove("traits"));
        for (String field : List.of("driver_info", "instance_info")) {
            requireUnmasked(members.get(field), field);
        }
        // by the state it has, so that `protected` and `retired` are judged by it
        Node draft = Node.builder(NodeId.random(), "").provisionState(state).build();
        Node node = rules.check(NodeFields.TABLE.create(draft, members, context));
        rules.checkDriver(node);
        Node taken = service.takeOver(NodeFields.with(node, b -> b.traits(traits).targetProvisionState(StateClasses.target(state).orElse(null))), context.requester());
        return ResponseEntity.created(URI.create(context.base() + "/v1/nodes/" + taken.id())).body(NodeFields.TABLE.detail(taken, context));
    }

    private static ProvisionState state(String wire) {
        return ProvisionState.fromWire(wire).filter(NodeImportResource::rests).orElseThrow(() -> new Failure.Invalid("provision_state",
                "A node in '%s' cannot be taken over: work on it is under way, or there is no such state. Let it end first. States in which nodes are taken over: %s."
                        .formatted(wire, Arrays.stream(ProvisionState.values()).filter(NodeImportResource::rests).map(ProvisionState::wire).collect(Collectors.joining(", ")))));
    }

    private static boolean rests(ProvisionState state) {
        return !StateClasses.BUSY.contains(state) && !StateClasses.HELD.contains(state);
    }

    private static Set<String> traits(Object value) {
        Set<String> traits = value == null ? Set.of() : Values.list(value, "traits").stream().map(trait -> TraitName.check(trait, "traits")).collect(Collectors.toCollection(TreeSet::new));
        if (traits.size() > NodeTraitsResource.MOST_TRAITS) {
            throw new Failure.Invalid("traits", "are %d, at most %d are allowed.".formatted(traits.size(), NodeTraitsResource.MOST_TRAITS));
        }
        return traits;
    }

    /// An API shows secrets masked; stored as such they would look as if they were there.
    private static void requireUnmasked(Object value, String where) {
        if (Secrets.MASK.equals(value)) {
            throw new Failure.Invalid(where, "is the mask of a secret, not the secret. Send the secret, or leave it out and set it later.");
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> requireUnmasked(inner, where + "/" + key));
        }
        if (value instanceof List<?> list) {
            list.forEach(inner -> requireUnmasked(inner, where));
        }
    }
}
