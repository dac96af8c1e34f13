package io.bessemer.core.timeline;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;

/// One thing that was seen of a node's boot.
///
/// @param attempt the flow attempt that it belongs to, 0 when unknown
/// @param source  who saw it: `bmc`, `dhcp`, `tftp`, `http`, `agent`, `flow`, `host`
/// @param event   short and constant, for machines: `discover`, `offer`, `ack`, `read-request`, `script`, ...
/// @param message for people
/// @param details facts: MAC, address, file, bytes, milliseconds, architecture; no secrets
public record TimelineEvent(NodeId node, Instant at, long attempt, BootPhase phase, String source, String event, String message, Map<String, Object> details) {
    public TimelineEvent {
        details = JsonCopy.of(details);
    }
}
