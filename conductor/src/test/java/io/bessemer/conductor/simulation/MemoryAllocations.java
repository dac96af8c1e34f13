package io.bessemer.conductor.simulation;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Allocations in memory, with a tap before and after every write.
final class MemoryAllocations implements AllocationStore {
    private final Map<UUID, Allocation> allocations = new LinkedHashMap<>();
    private final Clock clock;
    private final Runnable tap;
    private final Supplier<NodeStore> nodes;

    MemoryAllocations(Clock clock, Runnable tap, Supplier<NodeStore> nodes) {
        this.clock = clock;
        this.tap = tap;
        this.nodes = nodes;
    }

    /// Part of a node's commit.
    synchronized void follow(Node before, Node after) {
        if (Objects.equals(before.allocationUuid(), after.allocationUuid())) {
            return;
        }
        if (after.allocationUuid() != null) {
            Allocation waiting = find(after.allocationUuid()).filter(found -> found.state() == AllocationState.ALLOCATING)
                    .orElseThrow(() -> new Failure.NotFound("Waiting allocation", after.allocationUuid().toString()));
            allocations.put(waiting.id(), moved(waiting, AllocationState.ACTIVE, after.id(), null));
        }
        if (before.allocationUuid() != null) {
            allocations.remove(before.allocationUuid());
        }
    }

    private Allocation moved(Allocation from, AllocationState state, NodeId node, String error) {
        return new Allocation(from.id(), from.name(), node, state, error, from.resourceClass(), from.traits(), from.candidateNodes(), from.owner(), from.extra(),
                from.version() + 1, from.createdAt(), clock.instant());
    }

    @Override
    public synchronized Allocation create(Allocation allocation) {
        tap.run();
        if (allocations.containsKey(allocation.id()) || allocation.name() != null && findByName(allocation.name()).isPresent()) {
            throw new Failure.Conflict("An allocation with UUID %s or name %s already exists.".formatted(allocation.id(), allocation.name()));
        }
        allocations.put(allocation.id(), allocation);
        tap.run();
        return allocation;
    }

    @Override
    public synchronized NodeStore.CommitResult createOn(Allocation allocation, Change change) {
        allocations.put(allocation.id(), allocation);
        NodeStore.CommitResult result = nodes.get().commit(change);
        if (!(result instanceof NodeStore.CommitResult.Applied)) {
            allocations.remove(allocation.id());
        }
        return result;
    }

    @Override
    public synchronized Optional<Allocation> find(UUID id) {
        return Optional.ofNullable(allocations.get(id));
    }

    @Override
    public synchronized Optional<Allocation> findByName(String name) {
        return allocations.values().stream().filter(one -> name.equals(one.name())).findFirst();
    }

    @Override
    public synchronized Optional<Allocation> ofNode(NodeId node) {
        return allocations.values().stream().filter(one -> node.equals(one.node())).findFirst();
    }

    @Override
    public synchronized List<Allocation> list() {
        return List.copyOf(allocations.values());
    }

    @Override
    public List<Allocation> in(AllocationState state) {
        return list().stream().filter(one -> one.state() == state).toList();
    }

    @Override
    public synchronized Optional<Allocation> update(Allocation after) {
        tap.run();
        Allocation before = allocations.get(after.id());
        if (before == null || before.version() != after.version()) {
            return Optional.empty();
        }
        Allocation stored = moved(before.withName(after.name()).withExtra(after.extra()), before.state(), before.node(), before.lastError());
        allocations.put(stored.id(), stored);
        tap.run();
        return Optional.of(stored);
    }

    @Override
    public synchronized boolean fail(UUID id, String reason) {
        tap.run();
        Allocation before = allocations.get(id);
        if (before == null || before.state() != AllocationState.ALLOCATING) {
            return false;
        }
        allocations.put(id, moved(before, AllocationState.ERROR, null, reason));
        tap.run();
        return true;
    }

    @Override
    public synchronized boolean deleteWithoutNode(UUID id) {
        tap.run();
        return find(id).filter(one -> one.node() == null).map(one -> allocations.remove(id)).isPresent();
    }
}
