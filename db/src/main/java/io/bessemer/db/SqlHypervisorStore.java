package io.bessemer.db;

import io.bessemer.core.event.Events;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// Members of pools. The member's row comes first in each transaction: its lock puts commits of one member in a row.
final class SqlHypervisorStore implements HypervisorStore {
    private final HypervisorMapper hypervisors;
    private final HostPoolMapper pools;
    private final SqlTimelineStore timeline;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlHypervisorStore(Mappers mappers, SqlTimelineStore timeline, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.hypervisors = mappers.of(HypervisorMapper.class);
        this.pools = mappers.of(HostPoolMapper.class);
        this.timeline = timeline;
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Optional<Hypervisor> create(Hypervisor hypervisor, List<TimelineEvent> seen) {
        HypervisorRow row = HypervisorRow.of(hypervisor, json);
        try {
            transactions.run(() -> {
                hypervisors.insert(row);
                timeline.append(seen);
                events.add(Events.hypervisor(hypervisor, null, hypervisor.state().wire()));
            });
        } catch (RuntimeException e) {
            if (SqlFailures.violatedKey(e).filter("uq_hypervisors_node"::equals).isPresent()) {
                return Optional.empty();
            }
            if (SqlFailures.parentMissing(e)) {
                throw pools.find(row.pool()) == null ? new Failure.NotFound("Host pool", row.pool()) : new Failure.NotFound("Node", row.nodeUuid());
            }
            throw e;
        }
        return Optional.of(row.toHypervisor(json));
    }

    @Override
    public Optional<Hypervisor> find(NodeId node) {
        return Optional.ofNullable(hypervisors.find(node.toString())).map(row -> row.toHypervisor(json));
    }

    @Override
    public List<Hypervisor> list() {
        return hypervisors.list().stream().map(row -> row.toHypervisor(json)).toList();
    }

    @Override
    public List<Hypervisor> ofPool(String pool) {
        return hypervisors.ofPool(pool).stream().map(row -> row.toHypervisor(json)).toList();
    }

    @Override
    public Optional<Hypervisor> commit(Hypervisor after, List<TimelineEvent> seen) {
        HypervisorRow row = HypervisorRow.of(after, json).updated(clock.instant());
        return transactions.call(() -> {
            if (hypervisors.update(row) == 0) {
                return Optional.empty();
            }
            timeline.append(seen);
            seen.stream().filter(event -> event.details().get("from") instanceof String && after.state().wire().equals(event.details().get("to"))).findFirst()
                    .ifPresent(move -> events.add(Events.hypervisor(after, (String) move.details().get("from"), after.state().wire())));
            return find(after.node());
        });
    }

    @Override
    public boolean delete(NodeId node, List<TimelineEvent> seen) {
        return transactions.call(() -> {
            Optional<Hypervisor> last = find(node);
            if (hypervisors.delete(node.toString()) == 0) {
                return false;
            }
            timeline.append(seen);
            last.ifPresent(member -> events.add(Events.hypervisor(member, member.state().wire(), null)));
            return true;
        });
    }
}
