package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentCommand.Status;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the store of agents promises, whichever database is below: tokens by which they come, their sessions, and what they are told to do.
abstract class AgentStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;

    @Test
    void a_boot_token_works_once_for_its_node_and_attempt_until_it_expires() throws Exception {
        NodeId node = database.nodes().create(StoreTest.bare().build()).id();
        String token = token();
        database.agents().issueBootToken(node, 3, token, START.plusSeconds(60));
        assertThat(database.agents().open(session(node, 4), token)).isFalse();
        assertThat(database.agents().open(session(NodeId.random(), 3), token)).isFalse();
        assertThat(database.agents().open(session(node, 3), token())).isFalse();
        AgentSession late = session(node, 3);
        assertThat(database.agents().open(new AgentSession(node, late.tokenHash(), 3, late.bootMac(), late.address(), late.version(), late.bootMode(),
                START.plusSeconds(60), START.plusSeconds(60)), token)).isFalse();
        assertThat(database.agents().session(node)).isEmpty();
        String second = token();
        database.agents().issueBootToken(node, 3, second, START.plusSeconds(60));
        assertThat(StoreTest.together(8, _ -> database.agents().open(session(node, 3), token))).containsOnlyOnce(true);
        assertThat(database.agents().open(session(node, 3), second)).isTrue();
        assertThatThrownBy(() -> database.agents().issueBootToken(NodeId.random(), 1, token(), START)).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_session_that_cannot_be_stored_leaves_its_boot_token_and_the_earlier_session_as_they_were() {
        NodeId node = database.nodes().create(StoreTest.bare().build()).id();
        AgentSession earlier = session(node, 1);
        opened(database, earlier);
        AgentCommand command = database.agents().ensure(command(node, 1, "erase"));
        String token = token();
        database.agents().issueBootToken(node, 2, token, START.plusSeconds(60));
        AgentSession session = session(node, 2);
        AgentSession tooLong = new AgentSession(node, session.tokenHash(), 2, session.bootMac(), "x".repeat(65), session.version(), session.bootMode(),
                session.startedAt(), session.lastSeenAt());
        assertThatThrownBy(() -> database.agents().open(tooLong, token)).isNotInstanceOf(Failure.class);
        assertThat(database.agents().session(node)).contains(earlier);
        assertThat(database.agents().find(command.id()).orElseThrow().status()).isEqualTo(Status.QUEUED);

        assertThat(database.agents().open(session, token)).as("as if it had never been tried").isTrue();
        assertThat(database.agents().session(node)).contains(session);
        assertThat(database.agents().find(command.id()).orElseThrow().error()).isEqualTo("the machine booted again");
    }

    @Test
    void an_agent_session_is_opened_seen_adopted_and_closed() {
        NodeId node = database.nodes().create(StoreTest.bare().build()).id();
        opened(database, session(node, 1));
        AgentSession session = session(node, 2);
        opened(database, session);
        assertThat(database.agents().session(node)).contains(session);
        database.agents().seen(node, START.plusSeconds(9));
        database.agents().seen(node, START.plusSeconds(3)); // reports may overtake each other
        database.agents().adopt(node, 5);
        AgentSession now = database.agents().session(node).orElseThrow();
        assertThat(now.lastSeenAt()).isEqualTo(Micros.of(START.plusSeconds(9)));
        assertThat(now.attempt()).isEqualTo(5);

        AgentCommand finished = database.agents().ensure(command(node, 5, "inspect"));
        assertThat(database.agents().report(reported(finished, Status.SUCCEEDED))).isTrue();
        AgentCommand open = database.agents().ensure(command(node, 5, "erase"));
        database.agents().close(node, "the machine was powered off", START.plusSeconds(10));
        assertThat(database.agents().session(node)).isEmpty();
        assertThat(database.agents().find(open.id()).orElseThrow()).satisfies(command -> {
            assertThat(command.status()).isEqualTo(Status.FAILED);
            assertThat(command.error()).isEqualTo("the machine was powered off");
        });
        assertThat(database.agents().find(finished.id()).orElseThrow().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void a_command_is_stored_once_a_step_and_reported_until_it_is_finished() throws Exception {
        NodeId node = database.nodes().create(StoreTest.bare().build()).id();
        List<AgentCommand> stored = StoreTest.together(6, _ -> database.agents().ensure(command(node, 1, "write")));
        AgentCommand write = stored.getFirst();
        assertThat(stored).containsOnly(write);
        AgentCommand boot = database.agents().ensure(command(node, 1, "boot"));
        assertThat(database.agents().commands(node, 1)).containsExactly(write, boot);
        assertThat(database.agents().find(node, 1, "boot")).contains(boot);
        assertThat(database.agents().next(node, 1)).contains(write);
        assertThat(database.agents().next(node, 2)).isEmpty();

        AgentCommand running = reported(write, Status.RUNNING);
        assertThat(database.agents().report(running)).isTrue();
        assertThat(database.agents().next(node, 1)).contains(running);
        assertThat(database.agents().report(reported(write, Status.SUCCEEDED))).isTrue();
        assertThat(database.agents().next(node, 1)).contains(boot);
        assertThat(database.agents().report(running)).isFalse();
        assertThat(database.agents().report(command(node, 1, "unknown"))).isFalse();
        assertThat(database.agents().ensure(command(node, 1, "write"))).isEqualTo(reported(write, Status.SUCCEEDED));

        database.agents().ensure(command(node, 1 + SqlAgentStore.ATTEMPTS_KEPT + 1, "write"));
        assertThat(database.agents().commands(node, 1)).isEmpty();
    }

    static void opened(Database database, AgentSession session) {
        String token = token();
        database.agents().issueBootToken(session.node(), session.attempt(), token, session.startedAt().plusSeconds(60));
        assertThat(database.agents().open(session, token)).isTrue();
    }

    static AgentSession session(NodeId node, long attempt) {
        return new AgentSession(node, token(), attempt, "52:54:00:12:34:56", "10.0.0.9", "1.0", "uefi", Micros.of(START), Micros.of(START));
    }

    static AgentCommand command(NodeId node, long attempt, String step) {
        return new AgentCommand(UUID.randomUUID(), node, attempt, step, "write_image", Map.of("image", Map.of("id", "abc")), Status.QUEUED, Map.of(),
                Map.of(), null, Micros.of(START), null);
    }

    private static AgentCommand reported(AgentCommand command, Status status) {
        return new AgentCommand(command.id(), command.node(), command.attempt(), command.step(), command.kind(), command.params(), status,
                Map.of("done", 10_000_000_000L), Map.of("device", "/dev/sda"), null, command.createdAt(), Micros.of(START.plusSeconds(1)));
    }

    static String token() {
        return UUID.randomUUID().toString().replace("-", "").repeat(2);
    }
}
