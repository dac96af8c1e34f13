package io.bessemer.conductor.engine;

import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// What a step came to.
public sealed interface StepResult {
    /// The flow goes on to the next step.
    record Done() implements StepResult {}

    /// Nothing to do before something happens.
    ///
    /// @param deadline when waiting has been in vain
    /// @param recheck  when to look again even if nothing wakes the flow
    /// @param what     in words, as in "waiting for ..."
    /// @param callback whether the node shows it, as `wait call-back`, `clean wait` or `inspect wait`
    record Wait(Instant deadline, Instant recheck, String what, boolean callback) implements StepResult {
        public Wait {
            Objects.requireNonNull(deadline, "deadline");
        }

        public Instant wakeAt() {
            return recheck.isBefore(deadline) ? recheck : deadline;
        }
    }

    /// Nothing goes on until somebody says so: the node is in a hold state, for as long as it takes.
    ///
    /// @param what in words, as in "waiting for ..."
    record Hold(String what) implements StepResult {}

    /// The same step again after a pause, within the engine's limit.
    record Retry(Duration after, String why) implements StepResult {}

    /// Back to an earlier step; whoever says so counts how often.
    record GoTo(String step, String why) implements StepResult {}

    /// The flow fails.
    ///
    /// @param phase the boot phase in which it happened, null when it was none
    record Failed(String reason, BootPhase phase) implements StepResult {}

    static StepResult done() {
        return new Done();
    }

    static StepResult failed(String reason) {
        return new Failed(reason, null);
    }
}
