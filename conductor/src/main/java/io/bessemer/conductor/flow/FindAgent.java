package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.util.Map;
import java.util.Optional;

/// Fast track: takes over an agent that an earlier flow left up, so that the machine need not boot again. One that may still be
/// busy with an older flow's command is not taken: its machine is power-cycled, so that no two attempts write one disk.
record FindAgent(Tools tools) implements Step {
    @Override
    public String name() {
        return "find agent";
    }

    @Override
    public StepResult run(StepContext context) {
        context.note(Memo.NETBOOT, true);
        Optional<AgentSession> found = tools.agents().session(context.node().id());
        if (found.isEmpty()) {
            return StepResult.done();
        }
        AgentSession session = found.get();
        boolean fresh = context.now().isBefore(session.lastSeenAt().plus(tools.settings().fastTrackFreshness()));
        boolean idle = tools.agents().next(session.node(), session.attempt()).isEmpty() || session.attempt() == context.flow().attempt();
        if (!tools.settings().fastTrack() || !fresh || !idle || context.node().powerState() == PowerState.OFF) {
            tools.agents().close(session.node(), "the machine is started again", context.now());
            return StepResult.done();
        }
        tools.agents().adopt(session.node(), context.flow().attempt());
        context.note(Memo.SESSION, session.startedAt());
        context.observe(BootPhase.AGENT, "flow", "fast-track", "The agent is still up: no boot needed", Map.of("address", String.valueOf(session.address())));
        return StepResult.done();
    }
}
