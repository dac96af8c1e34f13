package io.bessemer.db;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.allocation.AllocationState;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A row of table `allocations`, filled by position.
record AllocationRow(String uuid, long version, String name, String nodeUuid, String state, String lastError, String resourceClass, String traits,
        String candidateNodes, String owner, String extra, Instant createdAt, Instant updatedAt) {
    static AllocationRow of(Allocation allocation, JsonColumns json) {
        String uuid = allocation.id().toString();
        return new AllocationRow(uuid, allocation.version(), allocation.name(), allocation.node() == null ? null : allocation.node().toString(),
                allocation.state().wire(), allocation.lastError(), allocation.resourceClass(), json.writePlain(allocation.traits()),
                json.writePlain(allocation.candidateNodes().stream().map(NodeId::toString).toList()), allocation.owner(),
                json.write(uuid + "/extra", allocation.extra()), Micros.of(allocation.createdAt()), Micros.of(allocation.updatedAt()));
    }

    Allocation toAllocation(JsonColumns json) {
        return new Allocation(UUID.fromString(uuid), name, nodeUuid == null ? null : NodeId.of(nodeUuid), AllocationState.fromWire(state).orElseThrow(), lastError,
                resourceClass, List.of(json.readPlain(traits, String[].class)),
                List.of(json.readPlain(candidateNodes, String[].class)).stream().map(NodeId::of).toList(), owner, json.read(uuid + "/extra", extra),
                version, createdAt, updatedAt);
    }
}
