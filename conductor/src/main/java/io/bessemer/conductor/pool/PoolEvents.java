package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Instant;
import java.util.Map;

/// A member's way, as the timeline of its node tells it. The reconciler, the agent's reports and operators' verbs write it alike.
public final class PoolEvents {
    private static final String SOURCE = "pool";

    private PoolEvents() {}

    public static TimelineEvent moved(Hypervisor before, Hypervisor after, HypervisorEvent event, Instant now) {
        String text = "%s → %s%s".formatted(before.state().wire(), after.state().wire(), after.reason() == null ? "" : ": " + after.reason());
        return new TimelineEvent(after.node(), now, after.attempt(), BootPhase.HYPERVISOR, SOURCE, event.wire(), text,
                Map.of("pool", after.pool(), "from", before.state().wire(), "to", after.state().wire()));
    }

    public static TimelineEvent of(Hypervisor member, String event, String message, Instant now) {
        return new TimelineEvent(member.node(), now, member.attempt(), BootPhase.HYPERVISOR, SOURCE, event, message, Map.of("pool", member.pool()));
    }

    static TimelineEvent host(NodeId node, long attempt, String event, String message, Instant now) {
        return new TimelineEvent(node, now, attempt, BootPhase.HYPERVISOR, "host", event, message, Map.of());
    }
}
