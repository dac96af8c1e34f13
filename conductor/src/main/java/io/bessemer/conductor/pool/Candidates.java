package io.bessemer.conductor.pool;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.HostPool;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which node a pool takes next, and why not the others.
final class Candidates {
    private Candidates() {}

    /// Of the nodes that may become members, one in the rack that the pool uses least.
    ///
    /// @param used hosts of the pool by rack
    static Optional<Node> best(HostPool pool, List<Node> nodes, Set<NodeId> members, Map<String, Integer> used) {
        return nodes.stream().filter(node -> objection(pool, node, members).isEmpty())
                .min(Comparator.comparingInt(node -> used.getOrDefault(rack(node), 0)));
    }

    /// Why the pool passes the node over, in words that many nodes share; empty when it may take it.
    static Optional<String> objection(HostPool pool, Node node, Set<NodeId> members) {
        HostPool.Selector wanted = pool.selector();
        String found = null;
        if (members.contains(node.id())) {
            found = "in a pool already";
        } else if (wanted.resourceClass() != null && !wanted.resourceClass().equals(node.resourceClass())) {
            found = "not of resource class '%s'".formatted(wanted.resourceClass());
        } else if (!node.traits().containsAll(wanted.traits())) {
            found = "without all the traits " + wanted.traits().stream().sorted().toList();
        } else if (!wanted.racks().isEmpty() && !wanted.racks().contains(rack(node))) {
            found = "in none of the racks " + wanted.racks().stream().sorted().toList();
        } else if (wanted.owner() != null && !wanted.owner().equals(node.owner())) {
            found = "not owned by '%s'".formatted(wanted.owner());
        } else if (node.retired()) {
            found = "retired";
        } else if (node.maintenance()) {
            found = "in maintenance";
        } else if (node.instanceUuid() != null || node.allocationUuid() != null) {
            found = "used by an instance or allocation";
        } else if (node.provisionState() != ProvisionState.AVAILABLE) {
            found = "in state '%s'".formatted(node.provisionState().wire());
        } else if (node.reservation() != null || node.targetPowerState() != null) {
            found = "worked on";
        }
        return Optional.ofNullable(found);
    }

    /// As in "of 7 machines 4 are in a pool already, 3 in maintenance".
    static String passedOver(HostPool pool, List<Node> nodes, Set<NodeId> members) {
        if (nodes.isEmpty()) {
            return "no machine is enrolled";
        }
        Map<String, Long> counts = nodes.stream().map(node -> objection(pool, node, members)).flatMap(Optional::stream)
                .collect(Collectors.groupingBy(text -> text, LinkedHashMap::new, Collectors.counting()));
        return "of %d machines %s".formatted(nodes.size(), counts.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> "%d %s %s".formatted(entry.getValue(), entry.getValue() == 1 ? "is" : "are", entry.getKey())).collect(Collectors.joining(", ")));
    }

    /// `extra.rack`; machines without one count as one rack.
    static String rack(Node node) {
        return node.extra().get("rack") == null ? "" : String.valueOf(node.extra().get("rack"));
    }
}
