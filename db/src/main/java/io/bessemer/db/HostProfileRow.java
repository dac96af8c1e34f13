package io.bessemer.db;

import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HostProfile.Deadlines;
import io.bessemer.core.pool.HostProfile.Network;
import io.bessemer.core.pool.HostProfile.StoragePool;
import io.bessemer.core.pool.HypervisorKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// A row of table `host_profiles`, filled by position.
record HostProfileRow(String name, String description, String image, String hypervisor, String bootstrap, String packages, String packageMirror,
        String networks, String storagePools, String checks, String cloud, String deadlines, long generation, Instant createdAt, Instant updatedAt) {

    static HostProfileRow of(HostProfile profile, JsonColumns json) {
        return new HostProfileRow(
                profile.name(),
                profile.description(),
                profile.image(),
                profile.hypervisor().wire(),
                profile.bootstrap().wire(),
                json.writePlain(profile.packages()),
                profile.packageMirror(),
                json.writePlain(profile.networks()),
                json.writePlain(profile.storagePools()),
                json.writePlain(profile.checks().stream().map(HostCheck::wire).toList()),
                profile.cloud(),
                json.writePlain(profile.deadlines()),
                profile.generation(),
                Micros.of(profile.createdAt()),
                Micros.of(profile.updatedAt()));
    }

    HostProfile toProfile(JsonColumns json) {
        return new HostProfile(
                name,
                description,
                image,
                new HypervisorKind(hypervisor),
                Bootstrap.fromWire(bootstrap).orElseThrow(() -> unknown("bootstrap", bootstrap)),
                List.of(json.readPlain(packages, String[].class)),
                packageMirror,
                List.of(json.readPlain(networks, Network[].class)),
                List.of(json.readPlain(storagePools, StoragePool[].class)),
                Arrays.stream(json.readPlain(checks, String[].class))
                        .map(wire -> HostCheck.fromWire(wire).orElseThrow(() -> unknown("checks", wire))).toList(),
                cloud,
                json.readPlain(deadlines, Deadlines.class),
                generation,
                createdAt,
                updatedAt);
    }

    private static IllegalStateException unknown(String column, String text) {
        return new IllegalStateException(
                "column host_profiles.%s holds '%s', which this version does not know: was the database used by a newer one?".formatted(column, text));
    }
}
