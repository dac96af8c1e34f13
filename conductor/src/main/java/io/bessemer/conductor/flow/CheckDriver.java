package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;

/// Checks `driver_info` without talking to the BMC.
record CheckDriver() implements Step {
    @Override
    public String name() {
        return "check driver_info";
    }

    @Override
    public boolean storedWithNext() {
        return true;
    }

    @Override
    public StepResult run(StepContext context) throws DriverException {
        context.driver().validate(context.driverNode());
        return StepResult.done();
    }
}
