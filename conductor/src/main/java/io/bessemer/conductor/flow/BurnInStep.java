package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.node.Node;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Loads a part of the machine until it fails, or the time is over. What came out of the newest run of each stays with the node.
final class BurnInStep extends AgentStep {
    /// beyond the time that was asked for: a round is finished, a partner waited for
    private static final Duration SLACK = Duration.ofHours(1);
    /// of a disk, when its loops count and not the time: 20 TB written and read four times
    private static final Duration BY_LOOPS = Duration.ofDays(14);

    BurnInStep(Tools tools, String name, NodeStep step) {
        super(tools, name, step, BY_LOOPS);
    }

    @Override
    Map<String, Object> params(StepContext context) {
        return BurnIn.params(step, context.node());
    }

    @Override
    Duration limit(StepContext context) {
        return params(context).get("seconds") instanceof Number seconds && seconds.longValue() > 0 ? Duration.ofSeconds(seconds.longValue()).plus(SLACK) : BY_LOOPS;
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        Map<String, Object> kept = new LinkedHashMap<>(result);
        kept.put("finished_at", context.now().toString());
        context.edit(node -> node.toBuilder().internal(BurnIn.RESULTS, with(node, kept)).build());
        context.observe(BootPhase.COMMAND, "flow", step.step() + "-result", "Passed: " + BurnIn.text(step.step(), kept), kept);
        return StepResult.done();
    }

    private Map<String, Object> with(Node node, Map<String, Object> result) {
        Map<String, Object> all = new LinkedHashMap<>(BurnIn.results(node));
        all.put(step.step(), result);
        return all;
    }
}
