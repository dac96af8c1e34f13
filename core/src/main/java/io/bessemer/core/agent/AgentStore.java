package io.bessemer.core.agent;

import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where agent sessions and their commands are kept.
public interface AgentStore {
    Optional<AgentSession> session(NodeId node);

    /// Uses a boot token up and opens the session of the agent that brought it, both or neither. An earlier session of the node is
    /// replaced; its unfinished commands are FAILED, as the machine booted again.
    ///
    /// @param bootTokenHash SHA-256 in hex
    /// @return false when the token is unknown, of another attempt, expired when the session starts, or used
    boolean open(AgentSession session, String bootTokenHash);

    void seen(NodeId node, Instant at);

    /// Gives the live session to a newer flow.
    void adopt(NodeId node, long attempt);

    /// The agent is gone (power off, reboot); its unfinished commands are FAILED with `reason`.
    void close(NodeId node, String reason, Instant at);

    /// Stores the command unless one with the same node, attempt and step exists; returns the stored one.
    AgentCommand ensure(AgentCommand command);

    Optional<AgentCommand> find(UUID id);

    Optional<AgentCommand> find(NodeId node, long attempt, String step);

    /// The oldest unfinished command of that attempt: what the agent shall do now.
    Optional<AgentCommand> next(NodeId node, long attempt);

    /// Stores a report of the agent.
    ///
    /// @return false when the command is gone or finished already, and nothing was stored
    boolean report(AgentCommand updated);

    List<AgentCommand> commands(NodeId node, long attempt);

    /// Stores a one-time boot token, by its SHA-256 in hex. Older ones of the node stay valid until they expire: a machine may
    /// fetch its script twice.
    void issueBootToken(NodeId node, long attempt, String tokenHash, Instant expiresAt);
}
