package io.bessemer.conductor.flow;

import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Follows the boot phase by phase until the agent speaks. A phase that takes too long starts the machine again; after the last
/// start the flow fails with the phase.
record AwaitAgent(Tools tools) implements Step {
    private static final Duration RECHECK = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "wait for agent";
    }

    @Override
    public StepResult run(StepContext context) {
        if (context.memo(Memo.SESSION).isPresent() || Inspection.isAnswered(tools, context.flow())) {
            return StepResult.done();
        }
        Optional<AgentSession> session = tools.agents().session(context.node().id());
        if (session.isPresent() && session.get().attempt() == context.flow().attempt()) {
            context.note(Memo.SESSION, session.get().startedAt());
            return StepResult.done();
        }
        BootProgress progress = progress(context);
        Instant deadline = context.notBeforeUs(progress.since()).plus(tools.settings().boot().of(progress.phase()));
        return new StepResult.Wait(deadline, context.now().plus(RECHECK), "the agent; phase '%s'".formatted(progress.phase().wire()), true);
    }

    @Override
    public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        BootProgress progress = progress(context);
        int boots = context.memoInt(Memo.BOOTS) + 1;
        context.note(Memo.BOOTS, boots);
        long seconds = Duration.between(progress.since(), context.now()).toSeconds();
        if (boots >= tools.settings().maxBoots()) {
            String other = IronicRamdisk.speaks(context.node()).map(url -> ("Ironic's own ramdisk speaks at %s instead, which Bessemer takes inspections from and nothing else: "
                    + "let the machine boot from Bessemer.").formatted(url)).orElse(BootAdvice.of(progress.phase()).getFirst());
            return new StepResult.Failed("%s in %d s (%d attempts). %s".formatted(BootAdvice.stuckIn(progress.phase()), seconds, boots, other), progress.phase());
        }
        String message = "Stuck in phase '%s' for %d s, %s: the machine is started again (attempt %d of %d)".formatted(progress.phase().wire(), seconds,
                BootAdvice.stuckIn(progress.phase()), boots + 1, tools.settings().maxBoots());
        context.observe(BootPhase.POWER, "flow", "boot-again", message, Map.of("phase", progress.phase().wire()));
        return new StepResult.GoTo(RamdiskBoot.FIRST, message);
    }

    private BootProgress progress(StepContext context) {
        Instant poweredOn = context.memoInstant(Memo.POWERED_ON_AT).orElse(context.flow().stepStartedAt());
        List<TimelineEvent> events = tools.timelines().read(context.node().id(), poweredOn, 500);
        return BootProgress.of(poweredOn, events);
    }
}
