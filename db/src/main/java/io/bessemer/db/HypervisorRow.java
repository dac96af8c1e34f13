package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.Hypervisor.CheckResult;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.Hypervisor.Imaged;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorState;
import java.time.Instant;
import java.util.List;

/// A row of table `hypervisors`, filled by position.
record HypervisorRow(String nodeUuid, String pool, String zone, String state, String reason, Instant stateSince, Instant deadline, String profile, long generation, String hypervisor, String cloud,
        boolean reimage, long attempt, String joinTokenHash, Instant joinTokenExpires, String joinKeyHash, String certificateSerial,
        Instant certificateExpires, String address, String facts, String capacity, String checks, long verification, String guests, Instant reportedAt, long version, Instant createdAt, Instant updatedAt) {

    static HypervisorRow of(Hypervisor host, JsonColumns json) {
        return new HypervisorRow(
                host.node().toString(),
                host.pool(),
                host.zone(),
                host.state().wire(),
                host.reason(),
                Micros.of(host.stateSince()),
                Micros.of(host.deadline()),
                host.imaged().profile(),
                host.imaged().generation(),
                host.imaged().hypervisor().wire(),
                host.imaged().cloud(),
                host.reimage(),
                host.attempt(),
                host.joinTokenHash(),
                Micros.of(host.joinTokenExpires()),
                host.joinKeyHash(),
                host.certificateSerial(),
                Micros.of(host.certificateExpires()),
                host.address(),
                json.write(host.node() + "/facts", host.facts()),
                host.capacity() == null ? null : json.writePlain(host.capacity()),
                json.writePlain(host.checks()),
                host.verification(),
                json.writePlain(host.guests()),
                Micros.of(host.reportedAt()),
                host.version(),
                Micros.of(host.createdAt()),
                Micros.of(host.updatedAt()));
    }

    HypervisorRow updated(Instant at) {
        return new HypervisorRow(nodeUuid, pool, zone, state, reason, stateSince, deadline, profile, generation, hypervisor, cloud, reimage, attempt, joinTokenHash,
                joinTokenExpires, joinKeyHash, certificateSerial, certificateExpires, address, facts, capacity, checks, verification, guests,
                reportedAt, version, createdAt, Micros.of(at));
    }

    Hypervisor toHypervisor(JsonColumns json) {
        return new Hypervisor(
                NodeId.of(nodeUuid),
                pool,
                zone,
                HypervisorState.fromWire(state).orElseThrow(() -> new IllegalStateException(
                        "column hypervisors.state holds '%s', which this version does not know: was the database used by a newer one?".formatted(state))),
                reason,
                stateSince,
                deadline,
                new Imaged(profile, generation, new HypervisorKind(hypervisor), cloud),
                reimage,
                attempt,
                joinTokenHash,
                joinTokenExpires,
                joinKeyHash,
                certificateSerial,
                certificateExpires,
                address,
                json.read(nodeUuid + "/facts", facts),
                capacity == null ? null : json.readPlain(capacity, Capacity.class),
                List.of(json.readPlain(checks, CheckResult[].class)),
                verification,
                List.of(json.readPlain(guests, Guest[].class)),
                reportedAt,
                version,
                createdAt,
                updatedAt);
    }
}
