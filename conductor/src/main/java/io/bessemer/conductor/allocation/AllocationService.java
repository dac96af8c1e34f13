package io.bessemer.conductor.allocation;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.NodeStore.CommitResult;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What clients do with allocations, and the search for nodes behind it.
public final class AllocationService {
    /// a node that would fit but for the work under way on it is waited for so long
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(AllocationService.class);

    private final AllocationStore allocations;
    private final NodeStore nodes;
    private final HypervisorStore hypervisors;
    private final Runnable ring;
    private final Random random = new Random();
    private final Clock clock;
    private final String conductor;

    /// @param ring asks for a [#pass] soon
    public AllocationService(AllocationStore allocations, NodeStore nodes, HypervisorStore hypervisors, Runnable ring, Clock clock, String conductor) {
        this.allocations = allocations;
        this.nodes = nodes;
        this.hypervisors = hypervisors;
        this.ring = ring;
        this.clock = clock;
        this.conductor = conductor;
    }

    /// Stores the wish; a node is found for it in the background.
    public Allocation create(Allocation wish) {
        Allocation created = allocations.create(wish);
        ring.run();
        return created;
    }

    /// Writes down that a node which is in use already has been allocated (Ironic API 1.58). Stores nothing when that does not hold.
    ///
    /// @throws Failure.Conflict when the node is not active, is another instance's, or is not what the allocation says
    public Allocation createOn(Allocation wish, NodeId id) {
        for (;;) {
            Node node = nodes.find(id).orElseThrow(() -> new Failure.NotFound("Node", id.toString()));
            requireBackfillable(wish, node);
            switch (allocations.createOn(wish, taking(node, wish))) {
                case CommitResult.Applied _ -> {
                    return find(wish.id());
                }
                case CommitResult.Changed _ -> { } // look at it as it is now
                case CommitResult.Gone _ -> throw new Failure.NotFound("Node", id.toString());
            }
        }
    }

    private static void requireBackfillable(Allocation wish, Node node) {
        List<String> errors = new ArrayList<>();
        if (node.provisionState() != ProvisionState.ACTIVE) {
            errors.add("it must be in state 'active', but is in '%s'".formatted(node.provisionState().wire()));
        }
        if (wish.resourceClass() != null && !wish.resourceClass().equals(node.resourceClass())) {
            errors.add("its resource class is '%s', not '%s'".formatted(node.resourceClass(), wish.resourceClass()));
        }
        if (!node.traits().containsAll(wish.traits())) {
            errors.add("its traits %s are not all of %s".formatted(node.traits(), wish.traits()));
        }
        if (!wish.candidateNodes().isEmpty() && !wish.candidateNodes().contains(node.id())) {
            errors.add("it is not among the candidate nodes");
        }
        if (node.allocationUuid() != null) {
            errors.add("it has allocation %s".formatted(node.allocationUuid()));
        } else if (node.instanceUuid() != null && !node.instanceUuid().equals(wish.id())) {
            errors.add("it is associated with instance %s".formatted(node.instanceUuid()));
        }
        if (!errors.isEmpty()) {
            throw new Failure.Conflict("Failed to process allocation %s: node %s cannot be taken as allocated: %s."
                    .formatted(wish.id(), node.displayName(), String.join("; ", errors)));
        }
    }

    /// Changes name and extra.
    public Allocation update(UUID id, UnaryOperator<Allocation> edit) {
        for (;;) {
            var updated = allocations.update(edit.apply(find(id)));
            if (updated.isPresent()) {
                return updated.get();
            }
        }
    }

    /// Gives the node up, if it has one.
    ///
    /// @throws Failure.Conflict while the node is in use
    public void delete(UUID id) {
        for (;;) {
            Allocation allocation = find(id);
            if (allocation.node() == null) {
                if (allocations.deleteWithoutNode(id)) {
                    return;
                }
                continue; // it got its node meanwhile, or is gone
            }
            Node node = nodes.find(allocation.node()).orElseThrow(() -> new Failure.NotFound("Allocation", id.toString()));
            if (!id.equals(node.allocationUuid())) {
                continue; // it was freed between the two looks
            }
            AllocationRules.requireFreeable(node, allocation);
            if (nodes.commit(change(node, AllocationRules.freed(node), "allocation %s was deleted".formatted(id))) instanceof CommitResult.Applied) {
                return;
            }
        }
    }

    private Allocation find(UUID id) {
        return allocations.find(id).orElseThrow(() -> new Failure.NotFound("Allocation", id.toString()));
    }

    /// Looks for nodes for all allocations that wait for one. May run at several conductors at once, and may break off anywhere.
    public void pass() {
        List<Allocation> waiting = allocations.in(AllocationState.ALLOCATING);
        if (waiting.isEmpty()) {
            return;
        }
        Set<NodeId> members = hypervisors.list().stream().map(Hypervisor::node).collect(Collectors.toSet());
        List<Node> free = new ArrayList<>(nodes.list(NodeQuery.in(ProvisionState.AVAILABLE)));
        for (Allocation wish : waiting) {
            try {
                place(wish, free, members);
            } catch (Failure.StorageFull e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("The search for a node broke off; it is tried again: allocation={}", wish.id(), e);
            }
        }
    }

    /// @param free nodes that may still be taken; those that turn out to be taken are removed
    private void place(Allocation wish, List<Node> free, Set<NodeId> members) {
        // two conductors that look at the same time shall not try the nodes in the same order
        List<Node> order = new ArrayList<>(free.stream().filter(node -> Fit.objection(wish, node, members).isEmpty()).toList());
        Collections.shuffle(order, random);
        if (wish.name() != null) { // Ironic API 1.79
            order.sort((one, other) -> Boolean.compare(wish.name().equals(other.name()), wish.name().equals(one.name())));
        }
        for (Node candidate : order) {
            switch (take(wish, candidate, members)) {
                case TAKEN -> {
                    free.remove(candidate);
                    return;
                }
                case GONE -> {
                    return;
                }
                case NOT_FREE -> free.remove(candidate);
            }
        }
        List<Node> all = nodes.list(NodeQuery.all());
        if (all.stream().anyMatch(node -> Fit.objection(wish, node, members).isEmpty())) {
            return; // it has become free since: the next pass takes it
        }
        boolean soon = all.stream().anyMatch(node -> Fit.soon(wish, node, members));
        if (soon && clock.instant().isBefore(wish.createdAt().plus(PATIENCE))) {
            return;
        }
        fail(wish, Fit.passedOver(wish, all, members));
    }

    private enum Taking { TAKEN, NOT_FREE, GONE }

    private Taking take(Allocation wish, Node candidate, Set<NodeId> members) {
        Node node = candidate;
        while (Fit.objection(wish, node, members).isEmpty()) {
            try {
                switch (nodes.commit(taking(node, wish))) {
                    case CommitResult.Applied(Node taken) -> {
                        LOG.info("An allocation has its node: allocation={} node={}", wish.id(), taken.id());
                        return Taking.TAKEN;
                    }
                    case CommitResult.Changed(Node now) -> node = now;
                    case CommitResult.Gone _ -> {
                        return Taking.NOT_FREE;
                    }
                }
            } catch (Failure.NotFound deletedOrTakenByAnotherConductor) {
                return Taking.GONE;
            } catch (Failure.InstanceAssociated otherInstanceOfThisId) {
                fail(wish, otherInstanceOfThisId.getMessage());
                return Taking.GONE;
            }
        }
        return Taking.NOT_FREE;
    }

    private void fail(Allocation wish, String why) {
        String reason = "Failed to process allocation %s: %s.".formatted(wish.id(), why);
        if (allocations.fail(wish.id(), reason)) {
            LOG.info("An allocation found no node: allocation={} reason={}", wish.id(), reason);
        }
    }

    private Change taking(Node node, Allocation wish) {
        return change(node, AllocationRules.taken(node, wish), "taken for allocation %s".formatted(wish.name() == null ? wish.id() : wish.name()));
    }

    private Change change(Node before, Node after, String why) {
        return new Change(before, after, List.of(HistoryEntry.info(before.id(), clock.instant(), conductor, "allocation", why)), List.of(), new FlowUpdate.None());
    }
}
