package io.bessemer.conductor.simulation;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.PoolStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Zones, profiles and pools in memory, tapped like the rest of [MemoryStores].
final class MemoryPools implements PoolStore {
    private final Clock clock;
    private final Runnable tap;
    private final Function<String, List<String>> members;
    private final Map<String, AvailabilityZone> zones = new TreeMap<>();
    private final Map<String, HostProfile> profiles = new TreeMap<>();
    private final Map<String, HostPool> pools = new TreeMap<>();

    /// @param members of a pool, by its name
    MemoryPools(Clock clock, Runnable tap, Function<String, List<String>> members) {
        this.clock = clock;
        this.tap = tap;
        this.members = members;
    }

    private synchronized <T> T write(Supplier<T> effect) {
        tap.run();
        T result = effect.get();
        tap.run();
        return result;
    }

    @Override
    public AvailabilityZone create(AvailabilityZone zone) {
        return write(() -> created(zones, "zone", zone.name(), zone));
    }

    @Override
    public synchronized Optional<AvailabilityZone> zone(String name) {
        return Optional.ofNullable(zones.get(name));
    }

    @Override
    public synchronized List<AvailabilityZone> zones() {
        return List.copyOf(zones.values());
    }

    @Override
    public Optional<AvailabilityZone> updateZone(String name, UnaryOperator<AvailabilityZone> edit) {
        return write(() -> Optional.ofNullable(zones.computeIfPresent(name, (key, before) ->
                new AvailabilityZone(key, edit.apply(before).description(), before.createdAt(), clock.instant()))));
    }

    @Override
    public boolean deleteZone(String name) {
        return write(() -> {
            refuseWhenUsed(pools.values().stream().filter(pool -> pool.zone().equals(name)).map(HostPool::name).toList());
            return zones.remove(name) != null;
        });
    }

    @Override
    public HostProfile create(HostProfile profile) {
        return write(() -> created(profiles, "host profile", profile.name(), profile));
    }

    @Override
    public synchronized Optional<HostProfile> profile(String name) {
        return Optional.ofNullable(profiles.get(name));
    }

    @Override
    public synchronized List<HostProfile> profiles() {
        return List.copyOf(profiles.values());
    }

    @Override
    public Optional<HostProfile> updateProfile(String name, UnaryOperator<HostProfile> edit) {
        return write(() -> Optional.ofNullable(profiles.computeIfPresent(name, (key, before) -> {
            HostProfile edited = edit.apply(before);
            return edited.toBuilder().name(key).generation(before.generation() + (edited.needsImaging(before) ? 1 : 0)).updatedAt(clock.instant()).build();
        })));
    }

    @Override
    public boolean deleteProfile(String name) {
        return write(() -> {
            refuseWhenUsed(pools.values().stream().filter(pool -> pool.profile().equals(name)).map(HostPool::name).toList());
            return profiles.remove(name) != null;
        });
    }

    @Override
    public HostPool create(HostPool pool) {
        return write(() -> {
            requireParents(pool);
            return created(pools, "host pool", pool.name(), pool);
        });
    }

    @Override
    public synchronized Optional<HostPool> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    @Override
    public synchronized List<HostPool> pools() {
        return List.copyOf(pools.values());
    }

    @Override
    public Optional<HostPool> update(HostPool pool) {
        return write(() -> {
            requireParents(pool);
            HostPool present = pools.get(pool.name());
            if (present == null || present.version() != pool.version()) {
                return Optional.empty();
            }
            HostPool stored = pool.toBuilder().version(pool.version() + 1).updatedAt(clock.instant()).build();
            pools.put(pool.name(), stored);
            return Optional.of(stored);
        });
    }

    @Override
    public boolean deletePool(String name) {
        return write(() -> {
            refuseWhenUsed(members.apply(name));
            return pools.remove(name) != null;
        });
    }

    private void requireParents(HostPool pool) {
        if (!zones.containsKey(pool.zone())) {
            throw new Failure.Invalid("zone", "there is no availability zone '%s'.".formatted(pool.zone()));
        }
        if (!profiles.containsKey(pool.profile())) {
            throw new Failure.Invalid("profile", "there is no host profile '%s'.".formatted(pool.profile()));
        }
    }

    private static <T> T created(Map<String, T> all, String what, String name, T one) {
        if (all.putIfAbsent(name, one) != null) {
            throw new Failure.NameAlreadyExists(what, name);
        }
        return one;
    }

    private static void refuseWhenUsed(List<String> users) {
        if (!users.isEmpty()) {
            throw new Failure.Conflict("in use by " + String.join(", ", users));
        }
    }
}
