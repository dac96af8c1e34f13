package io.bessemer.db;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import java.time.Instant;
import java.util.UUID;

/// A row of table `portgroups`, filled by position.
///
/// @param tenantVif of table `node_vifs`, never written here
record PortgroupRow(String uuid, String nodeUuid, String address, String mode, String properties, String extra, String internalInfo,
        boolean standalonePorts, String name, String physicalNetwork, String category, boolean dynamicPortgroup, Instant createdAt, Instant updatedAt, String tenantVif) {

    static PortgroupRow of(Portgroup group, Instant updatedAt, JsonColumns json) {
        return new PortgroupRow(
                group.id().toString(),
                group.node().toString(),
                group.address() == null ? null : group.address().value(),
                group.mode(),
                json.write(group.id() + "/properties", group.properties()),
                json.write(group.id() + "/extra", group.extra()),
                json.write(group.id() + "/internal_info", TenantVif.without(group.internalInfo())),
                group.standalonePorts(),
                group.name(),
                group.physicalNetwork(),
                group.category(),
                group.dynamic(),
                Micros.of(group.createdAt()),
                Micros.of(updatedAt),
                TenantVif.in(group.internalInfo()));
    }

    Portgroup toPortgroup(JsonColumns json) {
        return new Portgroup(
                UUID.fromString(uuid),
                NodeId.of(nodeUuid),
                address == null ? null : new MacAddress(address),
                mode,
                json.read(uuid + "/properties", properties),
                json.read(uuid + "/extra", extra),
                TenantVif.with(json.read(uuid + "/internal_info", internalInfo), tenantVif),
                standalonePorts,
                name,
                physicalNetwork,
                category,
                dynamicPortgroup,
                createdAt,
                updatedAt);
    }
}
