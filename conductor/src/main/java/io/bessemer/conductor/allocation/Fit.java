package io.bessemer.conductor.allocation;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which nodes an allocation may have, and why not the others.
final class Fit {
    private static final String BUSY = "worked on";

    private Fit() {}

    /// Why the node is not for the allocation, in words that many nodes share; empty when it is. What cannot change by itself comes first.
    ///
    /// @param members nodes in host pools
    static Optional<String> objection(Allocation wish, Node node, Set<NodeId> members) {
        String found = null;
        if (!wish.candidateNodes().isEmpty() && !wish.candidateNodes().contains(node.id())) {
            found = "not among the candidate nodes";
        } else if (wish.resourceClass() != null && !wish.resourceClass().equals(node.resourceClass())) {
            found = "not of resource class '%s'".formatted(wish.resourceClass());
        } else if (!node.traits().containsAll(wish.traits())) {
            found = "without all the traits " + wish.traits().stream().sorted().toList();
        } else if (!mayHave(wish, node)) {
            found = "neither owned nor leased by '%s'".formatted(wish.owner());
        } else if (members.contains(node.id())) {
            found = "in a host pool";
        } else if (node.retired()) {
            found = "retired";
        } else if (node.maintenance()) {
            found = "in maintenance";
        } else if (node.instanceUuid() != null || node.allocationUuid() != null) {
            found = "used by an instance or allocation";
        } else if (node.provisionState() != ProvisionState.AVAILABLE) {
            found = "in state '%s'".formatted(node.provisionState().wire());
        } else if (node.powerState() == null) {
            found = "of unknown power state";
        } else if (node.reservation() != null || node.targetPowerState() != null) {
            found = BUSY;
        }
        return Optional.ofNullable(found);
    }

    private static boolean mayHave(Allocation wish, Node node) {
        return wish.owner() == null || wish.owner().equals(node.owner()) || wish.owner().equals(node.lessee());
    }

    /// Nothing but work that ends by itself stands against it.
    static boolean soon(Allocation wish, Node node, Set<NodeId> members) {
        return objection(wish, node, members).filter(BUSY::equals).isPresent();
    }

    /// As in "no node fits: of 7 nodes 4 are in state 'active', 3 in maintenance".
    ///
    /// Of an owner's allocation, the nodes that are neither the owner's nor leased by it are left out: how many there are, and in what states, is not the
    /// owner's to know.
    static String passedOver(Allocation wish, List<Node> all, Set<NodeId> members) {
        if (wish.owner() == null && all.isEmpty()) {
            return "no node fits: none is enrolled";
        }
        List<Node> nodes = all.stream().filter(node -> mayHave(wish, node)).toList();
        if (nodes.isEmpty()) {
            return "no node fits: none is owned or leased by '%s'".formatted(wish.owner());
        }
        Map<String, Long> counts = nodes.stream().map(node -> objection(wish, node, members)).flatMap(Optional::stream)
                .collect(Collectors.groupingBy(text -> text, LinkedHashMap::new, Collectors.counting()));
        return "no node fits: of %d nodes %s".formatted(nodes.size(), counts.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> "%d %s %s".formatted(entry.getValue(), entry.getValue() == 1 ? "is" : "are", entry.getKey())).collect(Collectors.joining(", ")));
    }
}
