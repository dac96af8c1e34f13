package io.bessemer.conductor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Cloud.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Answers come when the test lets the work run.
class CloudCallsTest {
    private static final NodeId HOST = NodeId.random();
    private static final NodeId OTHER = NodeId.random();
    private static final Progress WAITING = new Progress.Waiting("a cell");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final AtomicInteger rings = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final CloudCalls calls = new CloudCalls(work::add, rings::incrementAndGet, ((InstantSource) now::get).withZone(ZoneOffset.UTC));

    @Test
    void a_cloud_that_takes_its_time_holds_up_nobody_and_is_asked_once() {
        assertThat(ask(HOST, "join", WAITING)).isEmpty();
        assertThat(ask(HOST, "join", WAITING)).isEmpty();
        assertThat(ask(OTHER, "join", WAITING)).isEmpty();
        assertThat(work).hasSize(2);
        answer();
        assertThat(rings).hasValue(1);
        assertThat(ask(HOST, "join", WAITING)).contains(WAITING);
        assertThat(ask(OTHER, "join", WAITING)).isEmpty();
    }

    @Test
    void what_is_not_done_is_asked_again_after_a_pause() {
        ask(HOST, "join", WAITING);
        answer();
        assertThat(ask(HOST, "join", WAITING)).contains(WAITING);
        assertThat(ask(HOST, "join", WAITING)).isEmpty();
        assertThat(work).as("many members' answers ring many passes").isEmpty();
        now.set(now.get().plus(CloudCalls.PAUSE));
        assertThat(ask(HOST, "join", new Progress.Done())).isEmpty();
        answer();
        assertThat(ask(HOST, "join", WAITING)).contains(new Progress.Done());
        assertThat(asked).hasValue(2);
    }

    @Test
    void another_question_waits_for_the_end_of_the_first_and_gets_no_answer_of_it() {
        ask(HOST, "enable", new Progress.Done());
        assertThat(ask(HOST, "drain", WAITING)).isEmpty();
        assertThat(work).as("enable and drain at once would race in the cloud").hasSize(1);
        answer();
        assertThat(ask(HOST, "drain", WAITING)).isEmpty();
        answer();
        assertThat(ask(HOST, "drain", WAITING)).contains(WAITING);
    }

    @Test
    void a_fault_of_ours_is_thrown_where_it_is_asked_and_tried_again() {
        ask(HOST, "join", () -> {
            throw new IllegalStateException("a bug");
        });
        answer();
        assertThatThrownBy(() -> ask(HOST, "join", WAITING)).isInstanceOf(IllegalStateException.class).hasMessage("a bug");
        now.set(now.get().plus(CloudCalls.PAUSE));
        assertThat(ask(HOST, "join", WAITING)).isEmpty();
        answer();
        assertThat(ask(HOST, "join", WAITING)).contains(WAITING);
    }

    private Optional<Progress> ask(NodeId host, String question, Progress answer) {
        return ask(host, question, () -> {
            asked.incrementAndGet();
            return answer;
        });
    }

    private Optional<Progress> ask(NodeId host, String question, Supplier<Progress> answer) {
        return calls.ask(host, "stack", question, answer);
    }

    private void answer() {
        work.remove().run();
    }
}
