package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.Plan;
import io.bessemer.core.plan.PlanStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Plans of one kind. Their arguments may hold secrets, which are sealed like those of nodes.
final class SqlPlanStore<T extends Plan> implements PlanStore<T> {
    private final String kind;
    private final Reader<T> reader;
    private final PlanMapper plans;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    /// Makes a plan of what was stored.
    @FunctionalInterface
    interface Reader<T> {
        T of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt);
    }

    SqlPlanStore(String kind, Reader<T> reader, Mappers mappers, JsonColumns json, Transactions transactions, Clock clock) {
        this.kind = kind;
        this.reader = reader;
        this.plans = mappers.of(PlanMapper.class);
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public T create(T plan) {
        PlanRow row = row(plan, 1, plan.updatedAt());
        try {
            transactions.run(() -> plans.insert(row));
        } catch (RuntimeException e) {
            throw failure(e, plan);
        }
        return read(row);
    }

    @Override
    public Optional<T> find(UUID id) {
        return Optional.ofNullable(plans.find(kind, id.toString())).map(this::read);
    }

    @Override
    public Optional<T> findByName(String name) {
        return Optional.ofNullable(plans.findByName(kind, name)).map(this::read);
    }

    @Override
    public List<T> list() {
        return plans.list(kind).stream().map(this::read).toList();
    }

    @Override
    public Optional<T> update(T after) {
        PlanRow row = row(after, after.version(), clock.instant());
        try {
            return transactions.call(() -> plans.update(row) == 0 ? Optional.empty() : find(after.id()));
        } catch (RuntimeException e) {
            throw failure(e, after);
        }
    }

    @Override
    public boolean delete(UUID id) {
        return transactions.call(() -> plans.delete(kind, id.toString())) == 1;
    }

    @Override
    public int deleteAll() {
        return transactions.call(() -> plans.deleteAll(kind));
    }

    private PlanRow row(T plan, long version, Instant updatedAt) {
        return new PlanRow(kind, plan.id().toString(), version, plan.name(), json.write(place(plan.id().toString()), plan.body()),
                Micros.of(plan.createdAt()), Micros.of(updatedAt));
    }

    private T read(PlanRow row) {
        return reader.of(UUID.fromString(row.uuid()), row.name(), json.read(place(row.uuid()), row.body()), row.version(), row.createdAt(), row.updatedAt());
    }

    private String place(String uuid) {
        return uuid + "/" + kind;
    }

    private RuntimeException failure(RuntimeException e, T plan) {
        String what = kind.replace('_', ' ');
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_plans_uuid" -> new Failure.Conflict("A %s with UUID %s already exists.".formatted(what, plan.id()));
            case "uq_plans_name" -> new Failure.NameAlreadyExists(what, plan.name());
            default -> e;
        };
    }
}
