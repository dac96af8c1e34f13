package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Cloud;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Asks clouds beside the reconciler's passes, so that one that takes its time holds up nobody but its own hosts: one call for a host at a
/// time, some at a time for a cloud. A pass leaves its question and takes the answer in a later one; what a killed process was asking is
/// asked again.
final class CloudCalls {
    private static final int AT_A_TIME = 8;
    /// before the same is asked again of a cloud that was not done
    static final Duration PAUSE = Duration.ofSeconds(3);

    private final Executor executor;
    private final Runnable answered;
    private final Clock clock;
    private final Map<NodeId, Call> calls = new ConcurrentHashMap<>();
    private final Map<String, Semaphore> limits = new ConcurrentHashMap<>();

    /// @param answered called after each answer
    CloudCalls(Executor executor, Runnable answered, Clock clock) {
        this.executor = executor;
        this.answered = answered;
        this.clock = clock;
    }

    private static final class Call {
        final Object question;
        volatile Cloud.Progress progress;
        volatile RuntimeException failure;
        /// null until the answer was taken
        Instant taken;

        Call(Object question) {
            this.question = question;
        }

        boolean ended() {
            return progress != null || failure != null;
        }
    }

    /// @param question equal to that of an earlier call when its answer will do
    /// @return empty while there is no answer
    /// @throws RuntimeException as the cloud threw it
    Optional<Cloud.Progress> ask(NodeId host, String cloud, Object question, Supplier<Cloud.Progress> work) {
        Call call = calls.get(host);
        if (call != null && !call.ended()) {
            return Optional.empty(); // two at once for one host would work against each other
        }
        if (call != null && call.question.equals(question) && call.taken != null && call.taken.plus(PAUSE).isAfter(clock.instant())) {
            return Optional.empty();
        }
        if (call == null || !call.question.equals(question) || call.taken != null) {
            call = begin(host, cloud, question, work);
        }
        return call.ended() ? Optional.of(take(host, call)) : Optional.empty();
    }

    /// What is kept of a host that is no member any more.
    void forget(NodeId host) {
        calls.computeIfPresent(host, (_, call) -> call.ended() ? null : call);
    }

    private Call begin(NodeId host, String cloud, Object question, Supplier<Cloud.Progress> work) {
        Call call = new Call(question);
        calls.put(host, call);
        executor.execute(() -> {
            Semaphore limit = limits.computeIfAbsent(cloud, _ -> new Semaphore(AT_A_TIME));
            limit.acquireUninterruptibly();
            try {
                call.progress = work.get();
            } catch (RuntimeException e) {
                call.failure = e;
            } finally {
                limit.release();
                answered.run();
            }
        });
        return call;
    }

    private Cloud.Progress take(NodeId host, Call call) {
        call.taken = clock.instant();
        if (call.failure != null) {
            throw call.failure;
        }
        if (call.progress instanceof Cloud.Progress.Done) {
            calls.remove(host, call);
        }
        return call.progress;
    }
}
