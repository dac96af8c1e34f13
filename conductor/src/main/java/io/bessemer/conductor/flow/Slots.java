package io.bessemer.conductor.flow;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.node.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts the flows of a kind that have their turn. The count is kept in the flows' own memos, so it survives a restart; what
/// was granted since the flows were last listed is remembered here.
final class Slots {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final FlowStore flows;
    private final Map<FlowKind, Integer> limits;
    private final Map<NodeId, Flow> granted = new HashMap<>();
    private List<Flow> listed = List.of();
    private Instant listedAt = Instant.MIN;

    Slots(FlowStore flows, Map<FlowKind, Integer> limits) {
        this.flows = flows;
        this.limits = Map.copyOf(limits);
    }

    /// Asking twice is one slot.
    synchronized boolean take(Flow flow, Instant now) {
        if (listedAt.plus(FRESH).isBefore(now) || now.isBefore(listedAt)) {
            listed = flows.list();
            listedAt = now;
            granted.values().removeIf(grant -> listed.stream().noneMatch(one -> same(one, grant)));
        }
        Set<NodeId> holders = new HashSet<>();
        listed.stream().filter(one -> one.kind() == flow.kind() && Boolean.TRUE.equals(one.memo().get(Memo.SLOT))).forEach(one -> holders.add(one.node()));
        granted.values().stream().filter(one -> one.kind() == flow.kind()).forEach(one -> holders.add(one.node()));
        if (!holders.contains(flow.node()) && holders.size() >= limits.getOrDefault(flow.kind(), Integer.MAX_VALUE)) {
            return false;
        }
        granted.put(flow.node(), flow);
        return true;
    }

    private static boolean same(Flow one, Flow other) {
        return one.node().equals(other.node()) && one.attempt() == other.attempt();
    }
}
