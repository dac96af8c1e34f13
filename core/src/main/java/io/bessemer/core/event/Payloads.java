package io.bessemer.core.event;

import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.volume.VolumeConnector;
import io.bessemer.core.volume.VolumeTarget;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The fields that an event tells of a thing: those of the payload objects of Ironic 21.4 (`ironic/objects/*.py`), by their names.
/// Secrets are masked, and so is what may hold some: a config drive, the URL of an image (which may be signed).
final class Payloads {
    /// oslo.versionedobjects' `isotime`: whole seconds
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final List<String> INTERFACES = List.of("bios", "boot", "console", "deploy", "inspect", "management", "network", "power", "raid", "rescue",
            "storage", "vendor");
    private static final List<String> OPAQUE = List.of("configdrive", "image_url");

    private Payloads() {}

    /// Of `NodePayload`.
    static Map<String, Object> of(Node node) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("uuid", node.id().toString());
        data.put("name", node.name());
        data.put("provision_state", node.provisionState().wire());
        data.put("target_provision_state", node.targetProvisionState() == null ? null : node.targetProvisionState().wire());
        data.put("provision_updated_at", time(node.provisionUpdatedAt()));
        data.put("power_state", node.powerState() == null ? null : node.powerState().wire());
        data.put("target_power_state", node.targetPowerState() == null ? null : node.targetPowerState().wire());
        data.put("last_error", node.lastError());
        data.put("maintenance", node.maintenance());
        data.put("maintenance_reason", node.maintenanceReason());
        data.put("fault", node.fault() == null ? null : node.fault().wire());
        data.put("owner", node.owner());
        data.put("lessee", node.lessee());
        data.put("instance_uuid", text(node.instanceUuid()));
        data.put("resource_class", node.resourceClass());
        data.put("conductor_group", node.conductorGroup());
        data.put("driver", node.driver());
        INTERFACES.forEach(name -> data.put(name + "_interface", node.interfaces().get(name)));
        data.put("boot_mode", node.bootMode() == null ? null : node.bootMode().wire());
        data.put("secure_boot", node.secureBoot());
        data.put("console_enabled", node.consoleEnabled());
        data.put("clean_step", Secrets.mask(node.cleanStep()));
        data.put("deploy_step", Secrets.mask(node.deployStep()));
        data.put("description", node.description());
        data.put("extra", Secrets.mask(node.extra()));
        data.put("properties", Secrets.mask(node.properties()));
        data.put("traits", List.copyOf(node.traits()));
        data.put("protected", node.protectedFromDelete());
        data.put("protected_reason", node.protectedReason());
        data.put("retired", node.retired());
        data.put("retired_reason", node.retiredReason());
        data.put("inspection_started_at", time(node.inspectionStartedAt()));
        data.put("inspection_finished_at", time(node.inspectionFinishedAt()));
        data.put("created_at", time(node.createdAt()));
        data.put("updated_at", time(node.updatedAt()));
        return data;
    }

    /// Of `NodeCRUDPayload`.
    static Map<String, Object> edited(Node node) {
        Map<String, Object> data = of(node);
        data.put("chassis_uuid", text(node.chassisUuid()));
        data.put("instance_info", masked(node.instanceInfo()));
        data.put("driver_info", masked(node.driverInfo()));
        return data;
    }

    /// Of `NodeSetProvisionStatePayload`, but for what was before.
    static Map<String, Object> moved(Node node) {
        Map<String, Object> data = of(node);
        data.put("instance_info", masked(node.instanceInfo()));
        data.put("driver_internal_info", masked(node.driverInternalInfo()));
        return data;
    }

    static Map<String, Object> of(Port port) {
        Map<String, Object> data = common(port.id().toString(), port.extra(), port.createdAt(), port.updatedAt());
        data.put("node_uuid", port.node().toString());
        data.put("portgroup_uuid", text(port.portgroup()));
        data.put("address", port.address().value());
        data.put("name", port.name());
        data.put("pxe_enabled", port.pxeEnabled());
        data.put("physical_network", port.physicalNetwork());
        data.put("local_link_connection", Secrets.mask(port.localLinkConnection()));
        data.put("is_smartnic", port.smartNic());
        return data;
    }

    static Map<String, Object> of(Portgroup group) {
        Map<String, Object> data = common(group.id().toString(), group.extra(), group.createdAt(), group.updatedAt());
        data.put("node_uuid", group.node().toString());
        data.put("address", group.address() == null ? null : group.address().value());
        data.put("name", group.name());
        data.put("mode", group.mode());
        data.put("properties", Secrets.mask(group.properties()));
        data.put("standalone_ports_supported", group.standalonePorts());
        return data;
    }

    static Map<String, Object> of(Chassis chassis) {
        Map<String, Object> data = common(chassis.id().toString(), chassis.extra(), chassis.createdAt(), chassis.updatedAt());
        data.put("description", chassis.description());
        return data;
    }

    static Map<String, Object> of(Allocation allocation) {
        Map<String, Object> data = common(allocation.id().toString(), allocation.extra(), allocation.createdAt(), allocation.updatedAt());
        data.put("name", allocation.name());
        data.put("node_uuid", text(allocation.node()));
        data.put("state", allocation.state().wire());
        data.put("last_error", allocation.lastError());
        data.put("owner", allocation.owner());
        data.put("resource_class", allocation.resourceClass());
        data.put("traits", allocation.traits());
        data.put("candidate_nodes", allocation.candidateNodes().stream().map(NodeId::toString).toList());
        return data;
    }

    static Map<String, Object> of(VolumeConnector connector) {
        Map<String, Object> data = common(connector.id().toString(), connector.extra(), connector.createdAt(), connector.updatedAt());
        data.put("node_uuid", connector.node().toString());
        data.put("type", connector.type());
        data.put("connector_id", connector.connectorId());
        return data;
    }

    static Map<String, Object> of(VolumeTarget target) {
        Map<String, Object> data = common(target.id().toString(), target.extra(), target.createdAt(), target.updatedAt());
        data.put("node_uuid", target.node().toString());
        data.put("boot_index", target.bootIndex());
        data.put("volume_id", target.volumeId());
        data.put("volume_type", target.volumeType());
        data.put("properties", Secrets.mask(target.properties()));
        return data;
    }

    /// Ours: Ironic has no such thing.
    static Map<String, Object> of(Hypervisor member) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("node_uuid", member.node().toString());
        data.put("pool", member.pool());
        data.put("availability_zone", member.zone());
        data.put("state", member.state().wire());
        data.put("reason", member.reason());
        data.put("profile", member.imaged().profile());
        data.put("state_since", time(member.stateSince()));
        return data;
    }

    /// Ours: Ironic has no such thing.
    static Map<String, Object> of(HostPool pool) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", pool.name());
        data.put("availability_zone", pool.zone());
        data.put("profile", pool.profile());
        data.put("size", pool.size());
        return data;
    }

    private static Map<String, Object> common(String uuid, Map<String, Object> extra, Instant createdAt, Instant updatedAt) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("uuid", uuid);
        data.put("extra", Secrets.mask(extra));
        data.put("created_at", time(createdAt));
        data.put("updated_at", time(updatedAt));
        return data;
    }

    private static Map<String, Object> masked(Map<String, Object> fields) {
        Map<String, Object> masked = new LinkedHashMap<>(Secrets.mask(fields));
        OPAQUE.forEach(name -> masked.computeIfPresent(name, (_, _) -> Secrets.MASK));
        return masked;
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    static String time(Instant instant) {
        return instant == null ? null : TIME.format(instant);
    }
}
