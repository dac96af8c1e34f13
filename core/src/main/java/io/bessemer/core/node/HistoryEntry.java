package io.bessemer.core.node;

import java.time.Instant;
import java.util.UUID;

/// A line of `GET /v1/nodes/{id}/history`, Ironic API 1.78.
///
/// @param severity  `INFO` or `ERROR`
/// @param eventType `provisioning`, `power`, `maintenance`, `hardware`, `agent`
/// @param event     in words
/// @param user      who asked for it, null when Bessemer did it by itself
public record HistoryEntry(UUID id, NodeId node, Instant at, String conductor, String severity, String eventType, String event, String user) {
    public static HistoryEntry info(NodeId node, Instant at, String conductor, String eventType, String event) {
        return new HistoryEntry(UUID.randomUUID(), node, at, conductor, "INFO", eventType, event, null);
    }

    public static HistoryEntry error(NodeId node, Instant at, String conductor, String eventType, String event) {
        return new HistoryEntry(UUID.randomUUID(), node, at, conductor, "ERROR", eventType, event, null);
    }
}
