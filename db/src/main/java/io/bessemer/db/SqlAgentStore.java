package io.bessemer.db;

import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.db.AgentMapper.SessionRow;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Agent sessions, their commands, and the tokens that ramdisks boot with.
final class SqlAgentStore implements AgentStore {
    /// commands of this many attempts back are kept, for whoever asks what happened
    static final int ATTEMPTS_KEPT = 10;

    private final AgentMapper agents;
    private final CommandMapper commands;
    private final BootTokenMapper tokens;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlAgentStore(Mappers mappers, JsonColumns json, Transactions transactions, Clock clock) {
        this.agents = mappers.of(AgentMapper.class);
        this.commands = mappers.of(CommandMapper.class);
        this.tokens = mappers.of(BootTokenMapper.class);
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Optional<AgentSession> session(NodeId node) {
        return Optional.ofNullable(agents.find(node.toString())).map(row -> new AgentSession(node, row.tokenHash(), row.attempt(),
                row.bootMac(), row.address(), row.agentVersion(), row.bootMode(), row.startedAt(), row.lastSeenAt()));
    }

    @Override
    public boolean open(AgentSession session, String bootTokenHash) {
        String node = session.node().toString();
        return ofKnownNode(session.node(), () -> {
            if (tokens.use(node, session.attempt(), bootTokenHash, Micros.of(session.startedAt())) == 0) {
                return false;
            }
            commands.failUnfinished(node, "the machine booted again", Micros.of(session.startedAt()));
            agents.open(new SessionRow(node, session.tokenHash(), session.attempt(), session.bootMac(), session.address(),
                    session.version(), session.bootMode(), Micros.of(session.startedAt()), Micros.of(session.lastSeenAt())));
            return true;
        });
    }

    @Override
    public void seen(NodeId node, Instant at) {
        transactions.runLazily(() -> agents.seen(node.toString(), Micros.of(at)));
    }

    @Override
    public void adopt(NodeId node, long attempt) {
        transactions.run(() -> agents.adopt(node.toString(), attempt));
    }

    @Override
    public void close(NodeId node, String reason, Instant at) {
        transactions.run(() -> {
            agents.close(node.toString());
            commands.failUnfinished(node.toString(), reason, Micros.of(at));
        });
    }

    @Override
    public AgentCommand ensure(AgentCommand command) {
        Optional<AgentCommand> stored = find(command.node(), command.attempt(), command.step());
        if (stored.isPresent()) {
            return stored.get();
        }
        CommandRow row = CommandRow.of(command, json);
        try {
            return ofKnownNode(command.node(), () -> {
                commands.insert(row);
                commands.deleteBefore(row.nodeUuid(), row.attempt() - ATTEMPTS_KEPT);
                return row.toCommand(json);
            });
        } catch (RuntimeException e) {
            if (SqlFailures.violatedKey(e).filter("uq_agent_commands_step"::equals).isEmpty()) {
                throw e;
            }
            return find(command.node(), command.attempt(), command.step()).orElseThrow(() -> e); // somebody ensured it just now
        }
    }

    @Override
    public Optional<AgentCommand> find(UUID id) {
        return Optional.ofNullable(commands.find(id.toString())).map(row -> row.toCommand(json));
    }

    @Override
    public Optional<AgentCommand> find(NodeId node, long attempt, String step) {
        return Optional.ofNullable(commands.ofStep(node.toString(), attempt, step)).map(row -> row.toCommand(json));
    }

    @Override
    public Optional<AgentCommand> next(NodeId node, long attempt) {
        return Optional.ofNullable(commands.next(node.toString(), attempt)).map(row -> row.toCommand(json));
    }

    @Override
    public boolean report(AgentCommand updated) {
        CommandRow row = CommandRow.of(updated, json);
        return transactions.call(() -> commands.report(row)) == 1;
    }

    @Override
    public List<AgentCommand> commands(NodeId node, long attempt) {
        return commands.ofAttempt(node.toString(), attempt).stream().map(row -> row.toCommand(json)).toList();
    }

    @Override
    public void issueBootToken(NodeId node, long attempt, String tokenHash, Instant expiresAt) {
        ofKnownNode(node, () -> {
            tokens.deleteExpired(node.toString(), Micros.of(clock.instant()));
            tokens.insert(node.toString(), attempt, tokenHash, Micros.of(expiresAt));
            return true;
        });
    }

    private <T> T ofKnownNode(NodeId node, Supplier<T> work) {
        try {
            return transactions.call(work);
        } catch (RuntimeException e) {
            throw SqlFailures.parentMissing(e) ? new Failure.NotFound("Node", node.toString()) : e;
        }
    }
}
