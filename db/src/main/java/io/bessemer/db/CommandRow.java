package io.bessemer.db;

import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.UUID;

/// A row of table `agent_commands`, filled by position.
record CommandRow(String uuid, String nodeUuid, long attempt, String step, String kind, String params, String status, String progress,
        String result, String error, Instant createdAt, Instant updatedAt) {

    static CommandRow of(AgentCommand command, JsonColumns json) {
        return new CommandRow(
                command.id().toString(),
                command.node().toString(),
                command.attempt(),
                command.step(),
                command.kind(),
                json.write(command.id() + "/params", command.params()),
                command.status().name(),
                json.write(command.id() + "/progress", command.progress()),
                json.write(command.id() + "/result", command.result()),
                command.error(),
                Micros.of(command.createdAt()),
                Micros.of(command.updatedAt()));
    }

    AgentCommand toCommand(JsonColumns json) {
        return new AgentCommand(
                UUID.fromString(uuid),
                NodeId.of(nodeUuid),
                attempt,
                step,
                kind,
                json.read(uuid + "/params", params),
                AgentCommand.Status.valueOf(status),
                json.read(uuid + "/progress", progress),
                json.read(uuid + "/result", result),
                error,
                createdAt,
                updatedAt);
    }
}
