package io.bessemer.api.event;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.event.Event;
import io.bessemer.core.event.EventTypes;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.notifications.EventShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which events a request gets, and how much of each. A project gets those of what was its own, or lent to it, when they happened.
///
/// @param node  null for all
/// @param types empty for all
record EventFilter(Caller caller, NodeId node, List<String> types) {
    private static final int MOST_TYPES = 20;
    /// Fields that lessees do not see of a node, with their rules.
    private static final Map<String, String> GUARDED = Map.of("driver_info", "baremetal:node:get:driver_info", "driver_internal_info", "baremetal:node:get:driver_internal_info",
            "last_error", "baremetal:node:get:last_error");

    static EventFilter of(Query query, RequestContext context, NodeFinder finder) {
        List<String> types = query.names("type").orElse(List.of());
        if (types.size() > MOST_TYPES) {
            throw new Failure.Invalid("type", "has %d types, at most %d are allowed.".formatted(types.size(), MOST_TYPES));
        }
        types.stream().filter(type -> !EventTypes.isBeginning(type)).findFirst().ifPresent(type -> {
            throw new Failure.Invalid("type", "'%s' is no type of events, nor the beginning of one such as baremetal.node or bessemer.hypervisor.".formatted(type));
        });
        return new EventFilter(context.caller(), query.text("node").map(ident -> node(ident, context, finder)).orElse(null), types);
    }

    /// A node that is gone has events still, and is found by its UUID.
    private static NodeId node(String ident, RequestContext context, NodeFinder finder) {
        Optional<Node> there = finder.lookUp(ident, context);
        return there.map(Node::id).or(() -> NodeId.parse(ident)).orElseThrow(() -> new Failure.NotFound("Node", ident));
    }

    boolean wants(Event event) {
        return (node == null || node.equals(event.node())) && EventTypes.match(types, event.type()) && Policy.sees(caller, owned(event));
    }

    Map<String, Object> shown(Event event) {
        Map<String, Object> data = new LinkedHashMap<>(event.data());
        GUARDED.forEach((field, rule) -> {
            if (data.containsKey(field) && !Policy.allows(caller, rule, owned(event))) {
                data.put(field, null);
            }
        });
        return EventShape.of(event, data);
    }

    private static Owned owned(Event event) {
        return new Owned(event.owner(), event.lessee());
    }
}
