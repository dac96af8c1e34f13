package io.bessemer.core.agent;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// One order to a ramdisk agent, unique by node, attempt and step, so that asking twice gives the same command.
///
/// @param step     the flow step that asked for it, unique within the flow
/// @param kind     wire name of a command of the agent protocol: `write_image`, `erase_metadata`, ...
/// @param progress last report: `phase`, `done`, `total`, `message`
/// @param result   what it found or did, when SUCCEEDED
/// @param error    in words, when FAILED
public record AgentCommand(UUID id, NodeId node, long attempt, String step, String kind, Map<String, Object> params, Status status,
        Map<String, Object> progress, Map<String, Object> result, String error, Instant createdAt, Instant updatedAt) {

    public AgentCommand {
        params = JsonCopy.of(params);
        progress = JsonCopy.of(progress);
        result = JsonCopy.of(result);
    }

    public enum Status { QUEUED, RUNNING, SUCCEEDED, FAILED }

    public boolean finished() {
        return status == Status.SUCCEEDED || status == Status.FAILED;
    }
}
