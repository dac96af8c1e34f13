package io.bessemer.conductor.flow;

import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.conductor.pool.Deployments;
import io.bessemer.conductor.pool.HostFailure;
import io.bessemer.conductor.Tokens;
import io.bessemer.core.fault.Failure;
import java.net.URI;

/// Makes the token by which the host will prove itself, and goes through the config drive once to find what is wrong with it before the
/// machine boots. The agent gets it built from the same parts.
record PrepareConfigDrive(Tools tools) implements Step {
    /// any: which of our addresses the host reaches is known when its agent asks for the config drive
    private static final URI NOWHERE = URI.create("http://0.0.0.0");

    @Override
    public String name() {
        return "prepare config drive";
    }

    @Override
    public StepResult run(StepContext context) {
        String token = Tokens.random();
        try {
            tools.configDrives().rehearse(context.node(), context.flow().attempt(), context.flow().args().get(ConfigDrives.ARGUMENT), token, NOWHERE);
        } catch (Failure.Hardware e) {
            return e.retryable() ? new StepResult.Retry(java.time.Duration.ofSeconds(5), e.getMessage()) : StepResult.failed(e.getMessage());
        } catch (Failure e) {
            return StepResult.failed(e.getMessage());
        }
        context.note(Memo.HOST_TOKEN, token);
        context.edit(node -> node.toBuilder().internal("host_token_hash", Tokens.hash(token)).internal("host_up_at", null)
                .internal(HostFailure.KEY, null)
                .internal(Deployments.IMAGED, context.flow().attempt()).build());
        return StepResult.done();
    }
}
