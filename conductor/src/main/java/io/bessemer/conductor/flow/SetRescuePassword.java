package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.Map;

/// The agent makes the user `rescue`, and lets it log in. It gets the password's hash; the password itself is known to nobody but the client.
final class SetRescuePassword extends AgentTask {
    /// in a flow's arguments and the agent's command; sealed in the database like all keys of this kind
    static final String HASH = "password_hash";
    /// in `driver_internal_info`: where to log in
    static final String ADDRESS = "rescue_address";

    SetRescuePassword(Tools tools) {
        super(tools, "open the rescue login", "rescue", Duration.ofMinutes(5));
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return Map.of(HASH, String.valueOf(context.flow().args().get(HASH)));
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        String address = tools.agents().session(context.node().id()).map(AgentSession::address).orElse(null);
        context.edit(node -> node.toBuilder().internal(ADDRESS, address).build());
        context.observe(BootPhase.COMMAND, "agent", "rescue", "Log in: ssh rescue@%s".formatted(address), Map.of("user", "rescue", "address", String.valueOf(address)));
        return StepResult.done();
    }
}
