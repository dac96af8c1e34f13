package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import java.time.Duration;
import java.time.Instant;

/// The reserved step `wait`.
///
/// @param time  zero for until the agent speaks next, as in Ironic
/// @param agent whether there is one
record Pause(Tools tools, String name, Duration time, boolean agent) implements Step {
    private static final Duration LATE = Duration.ofMinutes(1);

    @Override
    public StepResult run(StepContext context) {
        if (time.isZero()) {
            return agent ? heartbeat(context) : StepResult.done();
        }
        String key = "waits until " + name;
        if (context.memo(key).isEmpty()) {
            context.note(key, context.now().plus(time));
        }
        Instant end = context.memoInstant(key).orElseThrow();
        return context.now().isBefore(end) ? new StepResult.Wait(end.plus(LATE), end, "%d s to pass".formatted(time.toSeconds()), true) : StepResult.done();
    }

    private StepResult heartbeat(StepContext context) {
        Instant entered = context.flow().stepStartedAt();
        boolean spoke = tools.agents().session(context.node().id()).filter(session -> session.lastSeenAt().isAfter(entered)).isPresent();
        return spoke ? StepResult.done()
                : new StepResult.Wait(context.within(tools.settings().agentLost()), context.now().plusSeconds(2), "the agent's next heartbeat", true);
    }
}
