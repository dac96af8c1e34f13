package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;

/// A step that is not done again when its flow goes back to start the machine anew.
///
/// @param name unique within the flow
record Once(String name, Step step) implements Step {
    @Override
    public boolean storedWithNext() {
        return step.storedWithNext();
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        String key = "once " + name;
        if (context.memo(key).isPresent()) {
            return StepResult.done();
        }
        StepResult result = step.run(context);
        if (result instanceof StepResult.Done) {
            context.note(key, true);
        }
        return result;
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return step.onTimeout(context, wait);
    }
}
