package io.bessemer.db;

import io.bessemer.core.event.EventDraft;
import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeConnector;
import io.bessemer.core.volume.VolumeStore;
import io.bessemer.core.volume.VolumeTarget;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;

/// Volume connectors and targets.
final class SqlVolumeStore implements VolumeStore {
    private final VolumeConnectorMapper connectors;
    private final VolumeTargetMapper targets;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlVolumeStore(Mappers mappers, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.connectors = mappers.of(VolumeConnectorMapper.class);
        this.targets = mappers.of(VolumeTargetMapper.class);
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public VolumeConnector create(VolumeConnector connector) {
        VolumeConnectorRow row = VolumeConnectorRow.of(connector, connector.updatedAt(), json);
        try {
            transactions.run(() -> {
                connectors.insert(row);
                events.add(Events.of(Action.CREATE, connector));
            });
        } catch (RuntimeException e) {
            throw failure(e, connector);
        }
        return row.toConnector(json);
    }

    @Override
    public Optional<VolumeConnector> connector(UUID id) {
        return Optional.ofNullable(connectors.find(id.toString())).map(row -> row.toConnector(json));
    }

    @Override
    public List<VolumeConnector> connectors() {
        return connectors.list().stream().map(row -> row.toConnector(json)).toList();
    }

    @Override
    public VolumeConnector update(VolumeConnector connector) {
        VolumeConnectorRow row = VolumeConnectorRow.of(connector, clock.instant(), json);
        try {
            replace(() -> connectors.update(row), Events.of(Action.UPDATE, row.toConnector(json)), "Volume connector", connector.id());
        } catch (RuntimeException e) {
            throw failure(e, connector);
        }
        return row.toConnector(json);
    }

    @Override
    public boolean deleteConnector(UUID id) {
        return transactions.call(() -> {
            Optional<VolumeConnector> last = connector(id);
            if (connectors.delete(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(connector -> events.add(Events.of(Action.DELETE, connector)));
            return true;
        });
    }

    @Override
    public VolumeTarget create(VolumeTarget target) {
        VolumeTargetRow row = VolumeTargetRow.of(target, target.updatedAt(), json);
        try {
            transactions.run(() -> {
                targets.insert(row);
                events.add(Events.of(Action.CREATE, target));
            });
        } catch (RuntimeException e) {
            throw failure(e, target);
        }
        return row.toTarget(json);
    }

    @Override
    public Optional<VolumeTarget> target(UUID id) {
        return Optional.ofNullable(targets.find(id.toString())).map(row -> row.toTarget(json));
    }

    @Override
    public List<VolumeTarget> targets() {
        return targets.list().stream().map(row -> row.toTarget(json)).toList();
    }

    @Override
    public VolumeTarget update(VolumeTarget target) {
        VolumeTargetRow row = VolumeTargetRow.of(target, clock.instant(), json);
        try {
            replace(() -> targets.update(row), Events.of(Action.UPDATE, row.toTarget(json)), "Volume target", target.id());
        } catch (RuntimeException e) {
            throw failure(e, target);
        }
        return row.toTarget(json);
    }

    @Override
    public boolean deleteTarget(UUID id) {
        return transactions.call(() -> {
            Optional<VolumeTarget> last = target(id);
            if (targets.delete(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(target -> events.add(Events.of(Action.DELETE, target)));
            return true;
        });
    }

    private void replace(IntSupplier update, EventDraft event, String what, UUID id) {
        int updated = transactions.call(() -> {
            int rows = update.getAsInt();
            if (rows == 1) {
                events.add(event);
            }
            return rows;
        });
        if (updated == 0) {
            throw new Failure.NotFound(what, id.toString());
        }
    }

    private static RuntimeException failure(RuntimeException e, VolumeConnector connector) {
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_volume_connectors_uuid" -> new Failure.Conflict("A volume connector with UUID %s already exists.".formatted(connector.id()));
            case "uq_volume_connectors_connector" -> new Failure.Conflict("A volume connector with type %s and connector ID %s already exists."
                    .formatted(connector.type(), connector.connectorId()));
            default -> parent(e, connector.node());
        };
    }

    private static RuntimeException failure(RuntimeException e, VolumeTarget target) {
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_volume_targets_uuid" -> new Failure.Conflict("A volume target with UUID %s already exists.".formatted(target.id()));
            case "uq_volume_targets_boot_index" -> new Failure.Conflict("A volume target with boot index '%d' for the same node already exists."
                    .formatted(target.bootIndex()));
            default -> parent(e, target.node());
        };
    }

    private static RuntimeException parent(RuntimeException e, NodeId node) {
        return SqlFailures.parentMissing(e) ? new Failure.NotFound("Node", node.toString()) : e;
    }
}
