package io.bessemer.conductor.simulation;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.Plan;
import io.bessemer.core.plan.PlanStore;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Plans of one kind in memory, with a tap before and after every write.
final class MemoryPlans<T extends Plan> implements PlanStore<T> {
    private final Map<UUID, T> plans = new LinkedHashMap<>();
    private final Clock clock;
    private final Runnable tap;
    private final Reader<T> reader;

    @FunctionalInterface
    interface Reader<T> {
        T of(UUID id, String name, Map<String, Object> body, long version, Instant createdAt, Instant updatedAt);
    }

    MemoryPlans(Clock clock, Runnable tap, Reader<T> reader) {
        this.clock = clock;
        this.tap = tap;
        this.reader = reader;
    }

    @Override
    public synchronized T create(T plan) {
        tap.run();
        if (plans.containsKey(plan.id())) {
            throw new Failure.Conflict("A plan with UUID %s already exists.".formatted(plan.id()));
        }
        if (plan.name() != null && findByName(plan.name()).isPresent()) {
            throw new Failure.NameAlreadyExists("plan", plan.name());
        }
        T stored = reader.of(plan.id(), plan.name(), plan.body(), 1, plan.createdAt(), plan.updatedAt());
        plans.put(plan.id(), stored);
        tap.run();
        return stored;
    }

    @Override
    public synchronized Optional<T> find(UUID id) {
        return Optional.ofNullable(plans.get(id));
    }

    @Override
    public synchronized Optional<T> findByName(String name) {
        return plans.values().stream().filter(plan -> name.equals(plan.name())).findFirst();
    }

    @Override
    public synchronized List<T> list() {
        return List.copyOf(plans.values());
    }

    @Override
    public synchronized Optional<T> update(T after) {
        tap.run();
        T before = plans.get(after.id());
        if (before == null || before.version() != after.version()) {
            return Optional.empty();
        }
        T stored = reader.of(after.id(), after.name(), after.body(), after.version() + 1, after.createdAt(), clock.instant());
        plans.put(after.id(), stored);
        tap.run();
        return Optional.of(stored);
    }

    @Override
    public synchronized boolean delete(UUID id) {
        tap.run();
        return plans.remove(id) != null;
    }

    @Override
    public synchronized int deleteAll() {
        tap.run();
        int count = plans.size();
        plans.clear();
        return count;
    }
}
