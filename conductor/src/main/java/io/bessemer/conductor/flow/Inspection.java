package io.bessemer.conductor.flow;

import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;

/// An inspection that another ramdisk than ours may do: its answer is a command of the flow that nobody was told.
public final class Inspection {
    private static final String STEP = "inspect";

    private Inspection() {
    }

    /// The key under which the flow looks for the answer.
    public static String commandOf(Flow flow) {
        return AgentTask.key(STEP, flow.memo().get(Memo.BOOTS) instanceof Number boots ? boots.intValue() : 0);
    }

    /// Whether the answer is there, so that no agent has to be waited for.
    static boolean isAnswered(Tools tools, Flow flow) {
        return flow.kind() == FlowKind.INSPECT
                && tools.agents().find(flow.node(), flow.attempt(), commandOf(flow)).filter(command -> command.status() == AgentCommand.Status.SUCCEEDED).isPresent();
    }
}
