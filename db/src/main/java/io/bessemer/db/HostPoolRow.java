package io.bessemer.db;

import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostPool.Limits;
import io.bessemer.core.pool.HostPool.Selector;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/// A row of table `host_pools`, filled by position.
record HostPoolRow(String name, String description, String zone, String profile, String resourceClass, String traits, String racks, String owner,
        int size, int maxChanging, int maxFailures, boolean canary, String halted, long version, Instant createdAt, Instant updatedAt) {

    static HostPoolRow of(HostPool pool, JsonColumns json) {
        return new HostPoolRow(
                pool.name(),
                pool.description(),
                pool.zone(),
                pool.profile(),
                pool.selector().resourceClass(),
                json.writePlain(new TreeSet<>(pool.selector().traits())),
                json.writePlain(new TreeSet<>(pool.selector().racks())),
                pool.selector().owner(),
                pool.size(),
                pool.limits().maxChanging(),
                pool.limits().maxFailures(),
                pool.limits().canary(),
                pool.halted(),
                pool.version(),
                Micros.of(pool.createdAt()),
                Micros.of(pool.updatedAt()));
    }

    HostPool toPool(JsonColumns json) {
        return new HostPool(name, description, zone, profile,
                new Selector(resourceClass, Set.of(json.readPlain(traits, String[].class)), Set.of(json.readPlain(racks, String[].class)), owner),
                size, new Limits(maxChanging, maxFailures, canary), halted, version, createdAt, updatedAt);
    }
}
