package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;

/// Waits for its turn when too many flows of the kind are under way.
record FreeSlot(Tools tools, Slots slots) implements Step {
    private static final Duration LIMIT = Duration.ofHours(24);
    /// it is woken when its turn comes, unless the slot that became free was another conductor's
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "wait for a free slot";
    }

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) {
        if (slots.take(context.flow(), context.now())) {
            context.note(Memo.SLOT, true);
            return StepResult.done();
        }
        return new StepResult.Wait(context.within(LIMIT), context.now().plus(LOOK_AGAIN), "a free slot", true);
    }
}
