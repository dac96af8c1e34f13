package io.bessemer.db;

import io.bessemer.core.event.EventDraft;
import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.event.NodeEvents;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowQueue;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodePower;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Requester;
import io.bessemer.db.HistoryMapper.HistoryRow;
import io.bessemer.db.InventoryMapper.InventoryRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.transaction.TransactionStatus;

/// Nodes with what only they have: traits, history, inventory; and the one transaction that changes a node.
final class SqlNodeStore implements NodeStore {
    /// entries of history kept of each node
    static final int HISTORY_LIMIT = 300;
    /// readers never see more than the limit anyway
    private static final int ENTRIES_A_TRIM = 10;

    private final NodeMapper nodes;
    private final TraitMapper traits;
    private final HistoryMapper histories;
    private final InventoryMapper inventories;
    private final FlowMapper flows;
    private final AllocationMapper allocations;
    private final SqlTimelineStore timeline;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Supplier<FlowQueue> queue;
    private final Clock clock;
    private final TrimTurns historyTurns = new TrimTurns(ENTRIES_A_TRIM);

    SqlNodeStore(Mappers mappers, SqlTimelineStore timeline, SqlEventStore events, JsonColumns json, Transactions transactions, Supplier<FlowQueue> queue, Clock clock) {
        this.nodes = mappers.of(NodeMapper.class);
        this.traits = mappers.of(TraitMapper.class);
        this.histories = mappers.of(HistoryMapper.class);
        this.inventories = mappers.of(InventoryMapper.class);
        this.flows = mappers.of(FlowMapper.class);
        this.allocations = mappers.of(AllocationMapper.class);
        this.timeline = timeline;
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public Node create(Node node) {
        Instant createdAt = node.createdAt() == null ? clock.instant() : node.createdAt();
        Node stored = inMicros(node.toBuilder().version(1).createdAt(createdAt).build());
        try {
            transactions.run(() -> {
                nodes.insert(NodeRow.of(stored, json));
                if (!stored.traits().isEmpty()) {
                    traits.insert(stored.id().toString(), stored.traits());
                }
                events.add(Events.of(Action.CREATE, stored));
            });
        } catch (RuntimeException e) {
            throw failure(e, stored);
        }
        return stored;
    }

    @Override
    public Optional<Node> find(NodeId id) {
        return Optional.ofNullable(nodes.find(id.toString())).map(row -> row.toNode(json));
    }

    @Override
    public Optional<Node> findByName(String name) {
        return Optional.ofNullable(nodes.findByName(name)).map(row -> row.toNode(json));
    }

    @Override
    public Optional<Node> findByInstance(UUID instance) {
        return Optional.ofNullable(nodes.findByInstance(instance.toString())).map(row -> row.toNode(json));
    }

    @Override
    public List<Node> list(NodeQuery query) {
        return nodes.list(listing(query)).stream().map(row -> row.toNode(json)).toList();
    }

    @Override
    public List<Node> listBrief(NodeQuery query) {
        return nodes.listBrief(listing(query)).stream().map(NodeBriefRow::toNode).toList();
    }

    @Override
    public List<NodePower> listPower(NodeQuery query) {
        return nodes.listPower(listing(query)).stream().map(NodePowerRow::toPower).toList();
    }

    @Override
    public List<StateCount> counts() {
        return nodes.counts().stream().map(row -> new StateCount(ProvisionState.fromWire(row.provisionState()).orElseThrow(() -> new IllegalStateException(
                "column nodes.provision_state holds '%s', which this version does not know".formatted(row.provisionState()))), row.maintenance(), row.nodes())).toList();
    }

    private NodeListing listing(NodeQuery query) {
        Long marker = query.marker() == null ? null : nodes.idOf(query.marker().toString());
        if (query.marker() != null && marker == null) {
            throw new Failure.NotFound("Node", query.marker().toString());
        }
        return NodeListing.of(query, marker);
    }

    @Override
    public CommitResult commit(Change change) {
        Node stored = stamped(change.before(), change.after());
        boolean applied;
        try {
            applied = transactions.callWith(status -> apply(change, stored, status));
        } catch (RuntimeException e) {
            throw failure(e, stored);
        }
        if (applied) {
            if (change.flow() instanceof FlowUpdate.Start) {
                queue.get().committed();
            }
            return new CommitResult.Applied(stored);
        }
        return find(stored.id()).<CommitResult>map(CommitResult.Changed::new).orElseGet(CommitResult.Gone::new);
    }

    /// The node's row comes first: its lock puts commits of one node in a row, so that they cannot deadlock over the rest.
    private boolean apply(Change change, Node stored, TransactionStatus status) {
        Node before = change.before();
        String uuid = stored.id().toString();
        if (nodes.update(NodeRow.update(before, stored, json), before.version()) == 0) {
            return false;
        }
        if (!before.traits().equals(stored.traits())) {
            traits.deleteOf(uuid);
            if (!stored.traits().isEmpty()) {
                traits.insert(uuid, stored.traits());
            }
        }
        followWithAllocation(before, stored);
        addHistory(before, change.history());
        timeline.append(change.timeline());
        events.add(NodeEvents.of(change, stored));
        return switch (change.flow()) {
            case FlowUpdate.None() -> true;
            case FlowUpdate.Start(Flow flow) -> {
                flows.start(FlowRow.of(ofNode(stored.id(), flow), json));
                queue.get().schedule(flow.node(), flow.wakeAt() == null ? clock.instant() : flow.wakeAt());
                yield true;
            }
            case FlowUpdate.Save(Flow flow) -> {
                boolean saved = flows.save(FlowRow.of(ofNode(stored.id(), flow), json)) == 1;
                if (!saved) {
                    status.setRollbackOnly(); // another flow has begun: this runner is late, and nothing of it may stay
                }
                yield saved;
            }
            case FlowUpdate.End() -> {
                flows.end(uuid);
                yield true;
            }
        };
    }

    private void followWithAllocation(Node before, Node after) {
        if (Objects.equals(before.allocationUuid(), after.allocationUuid())) {
            return;
        }
        if (before.allocationUuid() != null) {
            AllocationRow last = allocations.find(before.allocationUuid().toString());
            allocations.delete(before.allocationUuid().toString());
            tell(Action.DELETE, last);
        }
        if (after.allocationUuid() != null) {
            if (allocations.activate(after.allocationUuid().toString(), after.id().toString(), Micros.of(clock.instant())) == 0) {
                throw new Failure.NotFound("Waiting allocation", after.allocationUuid().toString());
            }
            tell(Action.UPDATE, allocations.find(after.allocationUuid().toString()));
        }
    }

    private void tell(Action action, AllocationRow allocation) {
        if (allocation != null) {
            events.add(Events.of(action, allocation.toAllocation(json)));
        }
    }

    private void addHistory(Node before, List<HistoryEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        String node = before.id().toString();
        for (HistoryEntry noted : entries) {
            HistoryEntry entry = noted.of(before);
            histories.insert(new HistoryRow(entry.id().toString(), node, Micros.of(entry.at()), entry.conductor(), entry.severity(),
                    entry.eventType(), entry.event(), entry.by().user(), entry.by().project(), entry.state().wire(),
                    entry.target() == null ? null : entry.target().wire(), entry.inState() == null ? null : entry.inState().toSeconds()));
        }
        if (!historyTurns.due(before.id(), entries.size())) {
            return;
        }
        Long tooOld = histories.newestBeyond(node, HISTORY_LIMIT);
        if (tooOld != null) {
            histories.deleteUpTo(node, tooOld);
        }
    }

    @Override
    public boolean delete(NodeId id) {
        return transactions.call(() -> {
            NodeRow row = nodes.find(id.toString());
            if (row == null) {
                return false;
            }
            EventDraft deletion = deletion(row);
            if (nodes.delete(id.toString()) == 0) {
                return false;
            }
            events.add(deletion);
            return true;
        });
    }

    /// A node whose secrets do not open must be deletable all the same.
    private EventDraft deletion(NodeRow row) {
        try {
            return Events.of(Action.DELETE, row.toNode(json));
        } catch (IllegalStateException damaged) {
            return Events.damaged(NodeId.of(row.uuid()), row.name(), row.owner(), row.lessee());
        }
    }

    @Override
    public List<ShardSize> shards() {
        return nodes.shards();
    }

    @Override
    public List<HistoryEntry> history(NodeId id) {
        return histories.newest(id.toString(), HISTORY_LIMIT).stream()
                .map(row -> new HistoryEntry(UUID.fromString(row.uuid()), id, row.happenedAt(), row.conductor(), row.severity(),
                        row.eventType(), row.event(), new Requester(row.requestedBy(), row.project()), state(row.state()), state(row.targetState()),
                        row.secondsInState() == null ? null : Duration.ofSeconds(row.secondsInState())))
                .toList();
    }

    private static ProvisionState state(String wire) {
        return wire == null ? null : ProvisionState.fromWire(wire).orElseThrow(() -> new IllegalStateException("unknown provision state in table node_history: " + wire));
    }

    @Override
    public Optional<Inventory> inventory(NodeId id) {
        return Optional.ofNullable(inventories.find(id.toString())).map(row -> new Inventory(
                json.read(id + "/inventory", row.inventory()), json.read(id + "/plugin_data", row.pluginData()), row.reportedAt()));
    }

    @Override
    public void saveInventory(NodeId id, Inventory inventory) {
        InventoryRow row = new InventoryRow(id.toString(), json.write(id + "/inventory", inventory.inventory()),
                json.write(id + "/plugin_data", inventory.pluginData()), Micros.of(inventory.at()));
        try {
            transactions.run(() -> inventories.save(row));
        } catch (RuntimeException e) {
            throw SqlFailures.parentMissing(e) ? new Failure.NotFound("Node", id.toString()) : e;
        }
    }

    private Node stamped(Node before, Node after) {
        Instant now = clock.instant();
        boolean moved = before.provisionState() != after.provisionState();
        return inMicros(after.toBuilder()
                .version(before.version() + 1)
                .createdAt(before.createdAt())
                .updatedAt(now)
                .provisionUpdatedAt(moved ? now : after.provisionUpdatedAt())
                .build());
    }

    /// as it will be read
    private static Node inMicros(Node node) {
        return node.toBuilder()
                .createdAt(Micros.of(node.createdAt()))
                .updatedAt(Micros.of(node.updatedAt()))
                .provisionUpdatedAt(Micros.of(node.provisionUpdatedAt()))
                .inspectionStartedAt(Micros.of(node.inspectionStartedAt()))
                .inspectionFinishedAt(Micros.of(node.inspectionFinishedAt()))
                .build();
    }

    private static Flow ofNode(NodeId node, Flow flow) {
        if (!flow.node().equals(node)) {
            throw new IllegalArgumentException("a change of node %s carries a flow of node %s".formatted(node, flow.node()));
        }
        return flow;
    }

    private RuntimeException failure(RuntimeException e, Node node) {
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_nodes_uuid" -> new Failure.NodeAlreadyExists(node.id().toString());
            case "uq_nodes_name" -> new Failure.NameAlreadyExists("node", node.name());
            case "uq_nodes_instance_uuid" -> new Failure.InstanceAssociated(node.instanceUuid().toString(), node.id().toString());
            default -> e;
        };
    }
}
