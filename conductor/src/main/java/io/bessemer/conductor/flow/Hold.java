package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.lifecycle.StateClasses;

/// The reserved step `hold`: the node waits in `clean hold`, `deploy hold` or `service hold` until somebody lets it go on with `unhold`, which
/// moves it on to the wait state. That move is how this step knows.
record Hold(String name) implements Step {
    @Override
    public StepResult run(StepContext context) {
        String key = "held " + name;
        if (context.memo(key).isPresent() && !StateClasses.HELD.contains(context.node().provisionState())) {
            return StepResult.done();
        }
        context.note(key, true);
        return new StepResult.Hold("somebody to let it go on with `unhold`");
    }
}
