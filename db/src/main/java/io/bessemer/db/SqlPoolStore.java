package io.bessemer.db;

import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.PoolStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Zones, profiles and pools. Foreign keys hold what the checks before a deletion could miss.
final class SqlPoolStore implements PoolStore {
    private final ZoneMapper zones;
    private final HostProfileMapper profiles;
    private final HostPoolMapper pools;
    private final HypervisorMapper hypervisors;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;

    SqlPoolStore(Mappers mappers, SqlEventStore events, JsonColumns json, Transactions transactions, Clock clock) {
        this.zones = mappers.of(ZoneMapper.class);
        this.profiles = mappers.of(HostProfileMapper.class);
        this.pools = mappers.of(HostPoolMapper.class);
        this.hypervisors = mappers.of(HypervisorMapper.class);
        this.events = events;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public AvailabilityZone create(AvailabilityZone zone) {
        AvailabilityZone stored = new AvailabilityZone(zone.name(), zone.description(), Micros.of(zone.createdAt()), Micros.of(zone.updatedAt()));
        insert(() -> zones.insert(stored), "zone", zone.name());
        return stored;
    }

    @Override
    public Optional<AvailabilityZone> zone(String name) {
        return Optional.ofNullable(zones.find(name));
    }

    @Override
    public List<AvailabilityZone> zones() {
        return zones.list();
    }

    @Override
    public Optional<AvailabilityZone> updateZone(String name, UnaryOperator<AvailabilityZone> edit) {
        return transactions.call(() -> {
            AvailabilityZone before = zones.lock(name);
            if (before == null) {
                return Optional.empty();
            }
            AvailabilityZone edited = edit.apply(before);
            AvailabilityZone after = new AvailabilityZone(name, edited.description(), before.createdAt(), Micros.of(clock.instant()));
            zones.update(after);
            return Optional.of(after);
        });
    }

    @Override
    public boolean deleteZone(String name) {
        return delete(() -> zones.delete(name), () -> pools.inZone(name),
                "Availability zone %s has the pools %%s. Scale them to 0 and delete them first.".formatted(name));
    }

    @Override
    public HostProfile create(HostProfile profile) {
        HostProfileRow row = HostProfileRow.of(profile, json);
        insert(() -> profiles.insert(row), "host profile", profile.name());
        return row.toProfile(json);
    }

    @Override
    public Optional<HostProfile> profile(String name) {
        return Optional.ofNullable(profiles.find(name)).map(row -> row.toProfile(json));
    }

    @Override
    public List<HostProfile> profiles() {
        return profiles.list().stream().map(row -> row.toProfile(json)).toList();
    }

    @Override
    public Optional<HostProfile> updateProfile(String name, UnaryOperator<HostProfile> edit) {
        return transactions.call(() -> {
            HostProfileRow locked = profiles.lock(name);
            if (locked == null) {
                return Optional.empty();
            }
            HostProfile before = locked.toProfile(json);
            HostProfile edited = edit.apply(before);
            HostProfileRow after = HostProfileRow.of(edited.toBuilder().name(name)
                    .generation(before.generation() + (edited.needsImaging(before) ? 1 : 0))
                    .createdAt(before.createdAt())
                    .updatedAt(clock.instant())
                    .build(), json);
            profiles.update(after);
            return Optional.of(after.toProfile(json));
        });
    }

    @Override
    public boolean deleteProfile(String name) {
        return delete(() -> profiles.delete(name), () -> pools.withProfile(name),
                "Host profile %s is used by the pools %%s. Give them another profile or delete them first.".formatted(name));
    }

    @Override
    public HostPool create(HostPool pool) {
        HostPoolRow row = HostPoolRow.of(pool, json);
        try {
            insert(() -> {
                pools.insert(row);
                events.add(Events.of(Action.CREATE, row.toPool(json)));
            }, "host pool", pool.name());
        } catch (RuntimeException e) {
            throw missing(e, pool);
        }
        return row.toPool(json);
    }

    @Override
    public Optional<HostPool> pool(String name) {
        return Optional.ofNullable(pools.find(name)).map(row -> row.toPool(json));
    }

    @Override
    public List<HostPool> pools() {
        return pools.list().stream().map(row -> row.toPool(json)).toList();
    }

    @Override
    public Optional<HostPool> update(HostPool pool) {
        HostPoolRow row = HostPoolRow.of(pool.toBuilder().updatedAt(clock.instant()).build(), json);
        try {
            return transactions.call(() -> {
                if (pools.update(row) == 0) {
                    return Optional.empty();
                }
                Optional<HostPool> now = pool(pool.name());
                now.ifPresent(changed -> events.add(Events.of(Action.UPDATE, changed)));
                return now;
            });
        } catch (RuntimeException e) {
            throw missing(e, pool);
        }
    }

    @Override
    public boolean deletePool(String name) {
        return delete(() -> {
            Optional<HostPool> last = pool(name);
            int deleted = pools.delete(name);
            last.filter(_ -> deleted == 1).ifPresent(pool -> events.add(Events.of(Action.DELETE, pool)));
            return deleted;
        }, () -> hypervisors.ofPool(name).stream().map(HypervisorRow::nodeUuid).toList(),
                "Host pool %s has the members %%s. Scale it to 0 and wait until they have left.".formatted(name));
    }

    private void insert(Runnable statement, String what, String name) {
        try {
            transactions.run(statement);
        } catch (RuntimeException e) {
            throw SqlFailures.violatedKey(e).<RuntimeException>map(_ -> new Failure.NameAlreadyExists(what, name)).orElse(e);
        }
    }

    private boolean delete(IntSupplier statement, Supplier<List<String>> users, String refusal) {
        try {
            return transactions.call(statement::getAsInt) == 1;
        } catch (RuntimeException e) {
            if (SqlFailures.childPresent(e)) {
                throw new Failure.Conflict(refusal.formatted(String.join(", ", users.get())));
            }
            throw e;
        }
    }

    private RuntimeException missing(RuntimeException e, HostPool pool) {
        if (!SqlFailures.parentMissing(e)) {
            return e;
        }
        return zone(pool.zone()).isEmpty()
                ? new Failure.Invalid("zone", "there is no availability zone '%s'. Create it first.".formatted(pool.zone()))
                : new Failure.Invalid("profile", "there is no host profile '%s'. Create it first.".formatted(pool.profile()));
    }
}
