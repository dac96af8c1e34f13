package io.bessemer.core.event;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.util.Map;
import java.util.Objects;

/// An event that has no place yet: it gets one after its change was committed.
///
/// @param node  that it is about; null for none. A store fills in whose it is when neither owner nor lessee is known
/// @param data  may hold what is too much for an event; the store cuts it
public record EventDraft(String type, NodeId node, String owner, String lessee, Map<String, Object> data) {
    public EventDraft {
        Objects.requireNonNull(type, "type");
    }

    static EventDraft of(Node node, String type, Map<String, Object> data) {
        return new EventDraft(type, node.id(), node.owner(), node.lessee(), data);
    }
}
