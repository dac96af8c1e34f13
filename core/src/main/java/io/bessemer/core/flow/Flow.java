package io.bessemer.core.flow;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// A node's durable work: an ordered list of steps (given by its kind), a cursor into it and a small memo. A node has at most one.
///
/// @param attempt       the node's fencing number when the flow began
/// @param cursor        index of the step that runs or waits
/// @param args          what the client asked for: steps, config drive, power target
/// @param memo          what steps note for themselves and for later steps
/// @param waitingFor    in words, null while a step executes
/// @param stepStartedAt when the step at the cursor was first entered
/// @param deadline      when the wait fails, null while a step executes
/// @param wakeAt        when the engine looks again unless something wakes it earlier
/// @param retries       how often the step at the cursor was tried again
/// @param startedAt     when the flow began
public record Flow(
        NodeId node,
        FlowKind kind,
        long attempt,
        int cursor,
        Map<String, Object> args,
        Map<String, Object> memo,
        String waitingFor,
        Instant stepStartedAt,
        Instant deadline,
        Instant wakeAt,
        int retries,
        Instant startedAt) {

    public Flow {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(kind, "kind");
        args = JsonCopy.of(args);
        memo = JsonCopy.of(memo);
    }

    public static Flow start(NodeId node, FlowKind kind, long attempt, Map<String, Object> args, Instant now) {
        return new Flow(node, kind, attempt, 0, args, Map.of(), null, now, null, now, 0, now);
    }
}
