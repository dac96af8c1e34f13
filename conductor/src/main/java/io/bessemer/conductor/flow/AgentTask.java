package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Has the agent carry out one command. An agent that falls silent, or whose machine booted again under it, is replaced by a new
/// boot, and the command is given anew under another key.
abstract class AgentTask implements Step {
    private static final Duration RECHECK = Duration.ofSeconds(30);
    private static final String DONE = "done ";

    protected final Tools tools;
    private final String name;
    private final String kind;
    private final Duration limit;

    /// @param kind  wire name of the command
    /// @param limit for the whole command
    AgentTask(Tools tools, String name, String kind, Duration limit) {
        this.tools = tools;
        this.name = name;
        this.kind = kind;
        this.limit = limit;
    }

    @Override
    public final String name() {
        return name;
    }

    /// Of the command: another one after each boot.
    static String key(String name, int boots) {
        return boots == 0 ? name : name + " #" + (boots + 1);
    }

    abstract Map<String, Object> params(StepContext context);

    Duration limit(StepContext context) {
        return limit;
    }

    /// Whatever the agent is told, it has to know which arrays are the node's.
    private Map<String, Object> told(StepContext context) {
        List<Map<?, ?>> arrays = RaidStep.arrays(context.node());
        Map<String, Object> params = new LinkedHashMap<>(params(context));
        if (!arrays.isEmpty()) {
            params.put("arrays", arrays);
        }
        return params;
    }

    /// Keeps what the agent found.
    abstract StepResult accept(StepContext context, Map<String, Object> result);

    /// Called when the command is given.
    void begin(StepContext context) {
    }

    @Override
    public final StepResult run(StepContext context) {
        if (context.memo(DONE + name).isPresent()) {
            return StepResult.done(); // before the machine had to boot again
        }
        String key = key(name, context.memoInt(Memo.BOOTS));
        long attempt = context.flow().attempt();
        Optional<AgentCommand> given = tools.agents().find(context.node().id(), attempt, key);
        if (given.isPresent() && given.get().status() == AgentCommand.Status.SUCCEEDED) {
            context.note(DONE + name, true);
            return accept(context, given.get().result());
        }
        Optional<AgentSession> session = tools.agents().session(context.node().id()).filter(open -> open.attempt() == attempt);
        if (session.isEmpty()) {
            return lost(context, "the agent is gone");
        }
        Instant started = context.memoInstant(Memo.SESSION).orElse(Instant.EPOCH);
        if (!session.get().startedAt().equals(started)) {
            return lost(context, "the machine booted again");
        }
        if (given.isPresent() && given.get().status() == AgentCommand.Status.FAILED) {
            return StepResult.failed("the agent says: " + given.get().error());
        }
        if (given.isEmpty()) {
            tools.agents().ensure(new AgentCommand(UUID.randomUUID(), context.node().id(), attempt, key, kind, told(context), AgentCommand.Status.QUEUED,
                    Map.of(), Map.of(), null, context.now(), context.now()));
            tools.doorbell().ring(context.node().id());
            begin(context);
            context.observe(BootPhase.COMMAND, "flow", kind, "Told the agent: " + name, Map.of("step", key));
        }
        Instant silent = context.notBeforeUs(session.get().lastSeenAt()).plus(tools.settings().agentLost());
        Instant end = context.within(limit(context));
        return new StepResult.Wait(silent.isBefore(end) ? silent : end, context.now().plus(RECHECK), "the agent: " + name, true);
    }

    @Override
    public final StepResult onTimeout(StepContext context, StepResult.Wait wait) {
        if (!context.now().isBefore(context.within(limit(context)))) {
            return StepResult.failed("the agent is at it for more than %d minutes".formatted(limit(context).toMinutes()));
        }
        return lost(context, "the agent did not speak for %d s".formatted(tools.settings().agentLost().toSeconds()));
    }

    private StepResult lost(StepContext context, String why) {
        int boots = context.memoInt(Memo.BOOTS) + 1;
        context.note(Memo.BOOTS, boots);
        if (boots >= tools.settings().maxBoots()) {
            return new StepResult.Failed("%s during '%s' (%d attempts). %s".formatted(why, name, boots, BootAdvice.of(BootPhase.AGENT).getFirst()),
                    BootPhase.AGENT);
        }
        context.note(Memo.SESSION, null);
        boolean anew = tools.agents().session(context.node().id())
                .filter(session -> session.attempt() == context.flow().attempt())
                .filter(session -> context.now().isBefore(session.lastSeenAt().plus(tools.settings().agentLost())))
                .isPresent();
        String message = "Lost the agent during '%s': %s".formatted(name, why);
        context.observe(BootPhase.POWER, "flow", "agent-lost", message, Map.of("step", name));
        return new StepResult.GoTo(anew ? "wait for agent" : RamdiskBoot.FIRST, message);
    }
}
