package io.bessemer.conductor.engine;

import io.bessemer.core.driver.DriverException;

/// One step of a flow: a look at the world, then an effect that may happen twice. It is asked again after every wake-up until it is
/// done, so it keeps nothing in fields; what it must remember goes into the flow's memo.
public interface Step {
    /// unique within its flow, for people too: "power off", "write image"
    String name();

    /// A retryable DriverException is tried again after a pause, another one fails the flow.
    StepResult run(StepContext context) throws DriverException;

    /// Whether what it came to may be stored together with what the next step comes to. It has no effect beyond our own tables, so after a kill it is
    /// simply done again. Before a step begins that is not so, all is stored.
    default boolean storedWithNext() {
        return false;
    }

    /// The deadline of `wait` has passed.
    default StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return StepResult.failed("timed out waiting for " + wait.what());
    }
}
