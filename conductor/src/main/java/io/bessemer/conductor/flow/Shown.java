package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import java.util.Map;

/// A step that the node shows while it runs, as `clean_step`, `deploy_step` or `service_step`. One that fails stays shown until the flow ends.
record Shown(StepFamily family, Map<String, Object> shown, Step step) implements Step {
    @Override
    public String name() {
        return step.name();
    }

    @Override
    public boolean storedWithNext() {
        return step.storedWithNext();
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        return showing(context, step.run(context));
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        return showing(context, step.onTimeout(context, wait));
    }

    private StepResult showing(StepContext context, StepResult result) {
        switch (result) {
            case StepResult.Done _ -> context.edit(node -> family.show(node, Map.of()));
            case StepResult.Wait _, StepResult.Hold _ -> {
                if (!family.shown(context.node()).equals(shown)) {
                    context.edit(node -> family.show(node, shown));
                }
            }
            case StepResult.Retry _, StepResult.GoTo _, StepResult.Failed _ -> {
                // as it was
            }
        }
        return result;
    }
}
