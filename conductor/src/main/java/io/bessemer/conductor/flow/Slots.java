package io.bessemer.conductor.flow;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.node.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Counts the flows of a kind that have their turn, and gives a turn that ends to the one that waits longest. The count is kept in the flows' own
/// memos, so it survives a restart; what was granted, and what ended, since the flows were last listed is remembered here.
final class Slots {
    private static final Duration FRESH = Duration.ofSeconds(1);
    /// Who was given a turn and does not come for it is run by another conductor, and gets one there.
    private static final Duration UNCLAIMED = Duration.ofSeconds(15);

    private record Grant(Flow flow, Instant at, boolean claimed) {}

    private final FlowStore flows;
    private final Map<FlowKind, Integer> limits;
    private final Consumer<NodeId> wake;
    private final Map<NodeId, Grant> granted = new HashMap<>();
    private final Map<NodeId, Flow> waiting = new LinkedHashMap<>();
    private List<Flow> holders = List.of();
    private Instant listedAt = Instant.MIN;

    /// @param wake tells a flow that waited that it has its turn: a hint
    Slots(FlowStore flows, Map<FlowKind, Integer> limits, Consumer<NodeId> wake) {
        this.flows = flows;
        this.limits = Map.copyOf(limits);
        this.wake = wake;
    }

    /// Asking twice is one slot.
    boolean take(Flow flow, Instant now) {
        boolean taken;
        List<NodeId> next;
        synchronized (this) {
            if (listedAt.plus(FRESH).isBefore(now) || now.isBefore(listedAt)) {
                list(now);
            }
            Flow before = waiting.get(flow.node());
            if (before == null || !same(before, flow)) {
                waiting.remove(flow.node()); // an earlier flow's place in the row is not this one's
                waiting.put(flow.node(), flow);
            }
            next = handOver(flow.kind());
            taken = next.remove(flow.node()) || turnOf(flow);
            if (taken) {
                waiting.remove(flow.node());
                granted.put(flow.node(), new Grant(flow, now, true));
            }
        }
        next.forEach(wake);
        return taken;
    }

    /// All flows of the node below this attempt are over. A hint: those that nobody told of are missed at the next listing.
    void ended(NodeId node, long attempt) {
        List<NodeId> next = new ArrayList<>();
        synchronized (this) {
            Predicate<Flow> over = flow -> flow.node().equals(node) && flow.attempt() < attempt;
            waiting.values().removeIf(over);
            boolean held = granted.values().removeIf(one -> over.test(one.flow));
            if (holders.stream().anyMatch(over)) {
                holders = holders.stream().filter(over.negate()).toList();
                held = true;
            }
            if (held) {
                limits.keySet().forEach(kind -> next.addAll(handOver(kind)));
            }
        }
        next.forEach(wake);
    }

    private void list(Instant at) {
        List<Flow> listed = flows.list();
        listedAt = at;
        Map<NodeId, Flow> now = new HashMap<>();
        listed.forEach(flow -> now.put(flow.node(), flow));
        Predicate<Flow> gone = one -> !now.containsKey(one.node()) || !same(now.get(one.node()), one);
        granted.values().removeIf(one -> gone.test(one.flow) || !one.claimed && one.at.plus(UNCLAIMED).isBefore(at));
        waiting.values().removeIf(gone);
        holders = listed.stream().filter(one -> limits.containsKey(one.kind()) && Boolean.TRUE.equals(one.memo().get(Memo.SLOT))).toList();
    }

    /// @return who got a turn, and is not waiting any more
    private List<NodeId> handOver(FlowKind kind) {
        Set<NodeId> having = new HashSet<>();
        holders.stream().filter(one -> one.kind() == kind).forEach(one -> having.add(one.node()));
        granted.values().stream().map(Grant::flow).filter(one -> one.kind() == kind).forEach(one -> having.add(one.node()));
        int free = limits.getOrDefault(kind, Integer.MAX_VALUE) - having.size();
        List<Flow> first = waiting.values().stream().filter(one -> one.kind() == kind && !having.contains(one.node())).limit(Math.max(0, free)).toList();
        first.forEach(flow -> {
            waiting.remove(flow.node());
            granted.put(flow.node(), new Grant(flow, listedAt, false));
        });
        return new ArrayList<>(first.stream().map(Flow::node).toList());
    }

    private boolean turnOf(Flow flow) {
        return holders.stream().anyMatch(one -> same(one, flow)) || granted.containsKey(flow.node()) && same(granted.get(flow.node()).flow, flow);
    }

    private static boolean same(Flow one, Flow other) {
        return one.node().equals(other.node()) && one.attempt() == other.attempt();
    }
}
