package io.bessemer.db;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import java.time.Instant;
import java.util.UUID;

/// A row of table `ports`, filled by position.
///
/// @param tenantVif of table `node_vifs`, never written here
record PortRow(String uuid, String nodeUuid, String address, boolean pxeEnabled, String extra, String internalInfo, String localLinkConnection,
        String physicalNetwork, String portgroupUuid, boolean smartNic, String name, String description, String vendor, String category, boolean dynamicPortgroup,
        Instant createdAt, Instant updatedAt,
        String tenantVif) {

    static PortRow of(Port port, JsonColumns json) {
        return new PortRow(
                port.id().toString(),
                port.node().toString(),
                port.address().value(),
                port.pxeEnabled(),
                json.write(port.id() + "/extra", port.extra()),
                json.write(port.id() + "/internal_info", TenantVif.without(port.internalInfo())),
                json.write(port.id() + "/local_link_connection", port.localLinkConnection()),
                port.physicalNetwork(),
                port.portgroup() == null ? null : port.portgroup().toString(),
                port.smartNic(),
                port.name(),
                port.description(),
                port.vendor(),
                port.category(),
                port.dynamicPortgroup(),
                Micros.of(port.createdAt()),
                Micros.of(port.updatedAt()),
                TenantVif.in(port.internalInfo()));
    }

    Port toPort(JsonColumns json) {
        return new Port(
                PortId.of(uuid),
                NodeId.of(nodeUuid),
                new MacAddress(address),
                pxeEnabled,
                json.read(uuid + "/extra", extra),
                TenantVif.with(json.read(uuid + "/internal_info", internalInfo), tenantVif),
                json.read(uuid + "/local_link_connection", localLinkConnection),
                physicalNetwork,
                portgroupUuid == null ? null : UUID.fromString(portgroupUuid),
                smartNic,
                name,
                description,
                vendor,
                category,
                dynamicPortgroup,
                createdAt,
                updatedAt);
    }
}
