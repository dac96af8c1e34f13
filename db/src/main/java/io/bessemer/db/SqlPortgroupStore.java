package io.bessemer.db;

import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PortgroupStore;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// Port groups.
final class SqlPortgroupStore implements PortgroupStore {
    private final PortgroupMapper groups;
    private final PortMapper ports;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlPortgroupStore(Mappers mappers, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.groups = mappers.of(PortgroupMapper.class);
        this.ports = mappers.of(PortMapper.class);
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Portgroup create(Portgroup group) {
        PortgroupRow row = PortgroupRow.of(group, group.updatedAt(), json);
        try {
            transactions.run(() -> {
                groups.insert(row);
                events.add(Events.of(Action.CREATE, group));
            });
        } catch (RuntimeException e) {
            throw failure(e, group);
        }
        return row.toPortgroup(json);
    }

    @Override
    public Optional<Portgroup> find(UUID id) {
        return Optional.ofNullable(groups.find(id.toString())).map(row -> row.toPortgroup(json));
    }

    @Override
    public Optional<Portgroup> findByName(String name) {
        return Optional.ofNullable(groups.findByName(name)).map(row -> row.toPortgroup(json));
    }

    @Override
    public Optional<Portgroup> findByAddress(MacAddress address) {
        return Optional.ofNullable(groups.findByAddress(address.value())).map(row -> row.toPortgroup(json));
    }

    @Override
    public List<Portgroup> ofNode(NodeId node) {
        return groups.ofNode(node.toString()).stream().map(row -> row.toPortgroup(json)).toList();
    }

    @Override
    public List<Portgroup> list() {
        return groups.list().stream().map(row -> row.toPortgroup(json)).toList();
    }

    @Override
    public Portgroup update(Portgroup group) {
        PortgroupRow row = PortgroupRow.of(group, clock.instant(), json);
        int updated;
        try {
            updated = transactions.call(() -> {
                PortgroupRow before = groups.find(row.uuid());
                if (before != null && !Objects.equals(before.physicalNetwork(), row.physicalNetwork())) {
                    groups.moveMembers(row.uuid(), row.physicalNetwork(), row.updatedAt());
                    ports.ofPortgroup(row.uuid()).forEach(port -> events.add(Events.of(Action.UPDATE, port.toPort(json))));
                }
                int changed = groups.update(row);
                if (changed == 1) {
                    events.add(Events.of(Action.UPDATE, row.toPortgroup(json)));
                }
                return changed;
            });
        } catch (RuntimeException e) {
            throw failure(e, group);
        }
        if (updated == 0) {
            throw new Failure.NotFound("Portgroup", group.id().toString());
        }
        return row.toPortgroup(json);
    }

    @Override
    public boolean delete(UUID id) {
        boolean deleted = transactions.call(() -> {
            Optional<Portgroup> last = find(id);
            if (groups.deleteEmpty(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(group -> events.add(Events.of(Action.DELETE, group)));
            return true;
        });
        if (deleted) {
            return true;
        }
        if (find(id).isPresent()) {
            throw new Failure.Invalid("portgroup", ("%s contains ports. Take them out first: `baremetal port unset PORT --portgroup`, "
                    + "or delete them.").formatted(id));
        }
        return false;
    }

    private static RuntimeException failure(RuntimeException e, Portgroup group) {
        if (SqlFailures.parentMissing(e)) {
            return new Failure.NotFound("Node", group.node().toString());
        }
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_portgroups_uuid" -> new Failure.Conflict("A portgroup with UUID %s already exists.".formatted(group.id()));
            case "uq_portgroups_address" -> new Failure.Conflict("A portgroup with MAC address %s already exists.".formatted(group.address().value()));
            case "uq_portgroups_name" -> new Failure.NameAlreadyExists("portgroup", group.name());
            default -> e;
        };
    }
}
