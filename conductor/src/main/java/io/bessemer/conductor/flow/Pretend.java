package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import java.time.Duration;
import java.time.Instant;

/// The work of an interface whose implementation is `fake`: time passes, if its driver says so.
///
/// @param by   the interface
/// @param name unique within the flow
record Pretend(String by, String name) implements Step {
    private static final Duration LATE = Duration.ofMinutes(1);

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        String key = "pretends until " + name;
        if (context.memo(key).isEmpty()) {
            Duration time = context.driver().pretends(by);
            if (time.isZero()) {
                return StepResult.done();
            }
            context.note(key, context.now().plus(time));
        }
        Instant end = context.memoInstant(key).orElseThrow();
        return context.now().isBefore(end) ? new StepResult.Wait(end.plus(LATE), end, "the fake %s interface".formatted(by), true) : StepResult.done();
    }
}
