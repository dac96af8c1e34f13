package io.bessemer.db;

import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.ChassisStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Chassis.
final class SqlChassisStore implements ChassisStore {
    private final ChassisMapper chassis;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlChassisStore(Mappers mappers, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.chassis = mappers.of(ChassisMapper.class);
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Chassis create(Chassis draft) {
        ChassisRow row = ChassisRow.of(draft, json);
        try {
            transactions.run(() -> {
                chassis.insert(row);
                events.add(Events.of(Action.CREATE, draft));
            });
        } catch (RuntimeException e) {
            throw SqlFailures.violatedKey(e).<RuntimeException>map(_ -> new Failure.Conflict("A chassis with UUID %s already exists.".formatted(draft.id()))).orElse(e);
        }
        return row.toChassis(json);
    }

    @Override
    public Optional<Chassis> find(UUID id) {
        return Optional.ofNullable(chassis.find(id.toString())).map(row -> row.toChassis(json));
    }

    @Override
    public List<Chassis> list() {
        return chassis.list().stream().map(row -> row.toChassis(json)).toList();
    }

    @Override
    public Chassis update(Chassis changed) {
        ChassisRow row = ChassisRow.of(new Chassis(changed.id(), changed.description(), changed.extra(), changed.createdAt(), clock.instant()), json);
        int updated = transactions.call(() -> {
            int rows = chassis.update(row);
            if (rows == 1) {
                events.add(Events.of(Action.UPDATE, row.toChassis(json)));
            }
            return rows;
        });
        if (updated == 0) {
            throw new Failure.NotFound("Chassis", changed.id().toString());
        }
        return row.toChassis(json);
    }

    @Override
    public boolean delete(UUID id) {
        boolean deleted = transactions.call(() -> {
            Optional<Chassis> last = find(id);
            if (chassis.deleteEmpty(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(one -> events.add(Events.of(Action.DELETE, one)));
            return true;
        });
        if (deleted) {
            return true;
        }
        if (find(id).isPresent()) {
            throw new Failure.Invalid("chassis", "%s contains nodes. Take them out first: `baremetal node set --chassis-uuid`, or delete them.".formatted(id));
        }
        return false;
    }
}
