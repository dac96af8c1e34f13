package io.bessemer.db;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Allocations. The half of their life that has to do with a node is in [SqlNodeStore#commit].
final class SqlAllocationStore implements AllocationStore {
    private final AllocationMapper allocations;
    private final NodeStore nodes;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlAllocationStore(Mappers mappers, NodeStore nodes, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.allocations = mappers.of(AllocationMapper.class);
        this.nodes = nodes;
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Allocation create(Allocation draft) {
        AllocationRow row = AllocationRow.of(draft, json);
        try {
            transactions.run(() -> {
                allocations.insert(row);
                events.add(Events.of(Action.CREATE, draft));
            });
        } catch (RuntimeException e) {
            throw failure(e, draft);
        }
        return row.toAllocation(json);
    }

    @Override
    public CommitResult createOn(Allocation draft, Change change) {
        if (!draft.id().equals(change.after().allocationUuid())) {
            throw new IllegalArgumentException("the change of node %s does not set allocation %s".formatted(change.after().id(), draft.id()));
        }
        AllocationRow row = AllocationRow.of(draft, json);
        try {
            return transactions.callWith(status -> {
                allocations.insert(row);
                events.add(Events.of(Action.CREATE, draft));
                CommitResult result = nodes.commit(change);
                if (!(result instanceof CommitResult.Applied)) {
                    status.setRollbackOnly();
                }
                return result;
            });
        } catch (RuntimeException e) {
            throw failure(e, draft);
        }
    }

    @Override
    public Optional<Allocation> find(UUID id) {
        return read(allocations.find(id.toString()));
    }

    @Override
    public Optional<Allocation> findByName(String name) {
        return read(allocations.findByName(name));
    }

    @Override
    public Optional<Allocation> ofNode(NodeId node) {
        return read(allocations.ofNode(node.toString()));
    }

    @Override
    public List<Allocation> list() {
        return allocations.list().stream().map(row -> row.toAllocation(json)).toList();
    }

    @Override
    public List<Allocation> in(AllocationState state) {
        return allocations.in(state.wire()).stream().map(row -> row.toAllocation(json)).toList();
    }

    @Override
    public Optional<Allocation> update(Allocation after) {
        AllocationRow row = AllocationRow.of(after, json);
        AllocationRow stamped = new AllocationRow(row.uuid(), row.version(), row.name(), row.nodeUuid(), row.state(), row.lastError(), row.resourceClass(),
                row.traits(), row.candidateNodes(), row.owner(), row.extra(), row.createdAt(), Micros.of(clock.instant()));
        try {
            return transactions.call(() -> {
                if (allocations.update(stamped) == 0) {
                    return Optional.empty();
                }
                return told(Action.UPDATE, row.uuid());
            });
        } catch (RuntimeException e) {
            throw failure(e, after);
        }
    }

    @Override
    public boolean fail(UUID id, String reason) {
        return transactions.call(() -> allocations.fail(id.toString(), reason, Micros.of(clock.instant())) == 1
                && told(Action.UPDATE, id.toString()).isPresent());
    }

    @Override
    public boolean deleteWithoutNode(UUID id) {
        return transactions.call(() -> {
            Optional<Allocation> last = find(id);
            if (allocations.deleteWithoutNode(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(allocation -> events.add(Events.of(Action.DELETE, allocation)));
            return true;
        });
    }

    private Optional<Allocation> told(Action action, String uuid) {
        Optional<Allocation> now = read(allocations.find(uuid));
        now.ifPresent(allocation -> events.add(Events.of(action, allocation)));
        return now;
    }

    private Optional<Allocation> read(AllocationRow row) {
        return Optional.ofNullable(row).map(found -> found.toAllocation(json));
    }

    private static RuntimeException failure(RuntimeException e, Allocation allocation) {
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_allocations_uuid" -> new Failure.Conflict("An allocation with UUID %s already exists.".formatted(allocation.id()));
            case "uq_allocations_name" -> new Failure.Conflict("An allocation with name %s already exists.".formatted(allocation.name()));
            default -> e;
        };
    }
}
