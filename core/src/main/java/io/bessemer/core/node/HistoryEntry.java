package io.bessemer.core.node;

import io.bessemer.core.lifecycle.ProvisionState;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// A line of `GET /v1/nodes/{id}/history`, Ironic API 1.78. Components are null where nothing is known.
///
/// @param severity  `INFO` or `ERROR`
/// @param eventType `provisioning`, `power`, `maintenance`, `hardware`, `agent`
/// @param event     in words
/// @param by        who asked for it
/// @param state     of the node when it happened; of a move, the state that it leaves. Ironic API 1.115, like the next two
/// @param target    provision state that the node was on its way to
/// @param inState   how long the node had been in `state` by then
public record HistoryEntry(UUID id, NodeId node, Instant at, String conductor, String severity, String eventType, String event, Requester by,
        ProvisionState state, ProvisionState target, Duration inState) {
    public static HistoryEntry info(NodeId node, Instant at, String conductor, String eventType, String event) {
        return new HistoryEntry(UUID.randomUUID(), node, at, conductor, "INFO", eventType, event, Requester.BESSEMER, null, null, null);
    }

    public static HistoryEntry error(NodeId node, Instant at, String conductor, String eventType, String event) {
        return new HistoryEntry(UUID.randomUUID(), node, at, conductor, "ERROR", eventType, event, Requester.BESSEMER, null, null, null);
    }

    public HistoryEntry saying(String other) {
        return new HistoryEntry(id, node, at, conductor, severity, eventType, other, by, state, target, inState);
    }

    public HistoryEntry by(Requester other) {
        return new HistoryEntry(id, node, at, conductor, severity, eventType, event, other, state, target, inState);
    }

    /// The same with what the node was then, unless that is said already.
    public HistoryEntry of(Node then) {
        if (state != null) {
            return this;
        }
        Instant since = then.provisionUpdatedAt();
        Duration passed = since == null ? null : Duration.between(since, at);
        return new HistoryEntry(id, node, at, conductor, severity, eventType, event, by, then.provisionState(), then.targetProvisionState(),
                passed == null || passed.isNegative() ? null : passed);
    }
}
