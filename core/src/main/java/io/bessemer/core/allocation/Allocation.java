package io.bessemer.core.allocation;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// The wish for one node, and what came of it. Its id becomes the node's `instance_uuid`.
///
/// @param name           null when it has none; unique
/// @param node           null until it is active
/// @param lastError      null unless the state is `error`
/// @param resourceClass  of the node; null only when it was made for a node without one
/// @param traits         that the node must have, all of them
/// @param candidateNodes of these alone; empty for any
/// @param owner          whose nodes or leases, null for any
/// @param version        guards updates
/// @param updatedAt      null until the first change
public record Allocation(UUID id, String name, NodeId node, AllocationState state, String lastError, String resourceClass, List<String> traits,
        List<NodeId> candidateNodes, String owner, Map<String, Object> extra, long version, Instant createdAt, Instant updatedAt) {
    public Allocation {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(state, "state");
        if ((state == AllocationState.ACTIVE) != (node != null)) {
            throw new IllegalArgumentException("allocation %s is '%s' with node %s".formatted(id, state.wire(), node));
        }
        traits = List.copyOf(traits);
        candidateNodes = List.copyOf(candidateNodes);
        extra = JsonCopy.of(extra);
    }

    /// One for which a node is looked for, with nothing wished yet.
    public static Allocation draft(UUID id, Instant now) {
        return new Allocation(id, null, null, AllocationState.ALLOCATING, null, null, List.of(), List.of(), null, Map.of(), 1, now, null);
    }

    public Allocation withId(UUID other) {
        return new Allocation(other, name, node, state, lastError, resourceClass, traits, candidateNodes, owner, extra, version, createdAt, updatedAt);
    }

    public Allocation withName(String other) {
        return new Allocation(id, other, node, state, lastError, resourceClass, traits, candidateNodes, owner, extra, version, createdAt, updatedAt);
    }

    public Allocation withResourceClass(String other) {
        return new Allocation(id, name, node, state, lastError, other, traits, candidateNodes, owner, extra, version, createdAt, updatedAt);
    }

    public Allocation withTraits(List<String> other) {
        return new Allocation(id, name, node, state, lastError, resourceClass, other, candidateNodes, owner, extra, version, createdAt, updatedAt);
    }

    public Allocation withCandidateNodes(List<NodeId> other) {
        return new Allocation(id, name, node, state, lastError, resourceClass, traits, other, owner, extra, version, createdAt, updatedAt);
    }

    public Allocation withOwner(String other) {
        return new Allocation(id, name, node, state, lastError, resourceClass, traits, candidateNodes, other, extra, version, createdAt, updatedAt);
    }

    public Allocation withExtra(Map<String, Object> other) {
        return new Allocation(id, name, node, state, lastError, resourceClass, traits, candidateNodes, owner, other, version, createdAt, updatedAt);
    }
}
