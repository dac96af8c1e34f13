package io.bessemer.db;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// A row of table `nodes`. MyBatis fills it by position: components stand in the order of [NodeMapper#COLUMNS].
record NodeRow(
        Long id,
        String uuid,
        long version,
        long attempt,
        String name,
        String driver,
        String interfaces,
        String driverInfo,
        String driverInternalInfo,
        String instanceInfo,
        String properties,
        String extra,
        String networkData,
        String raidConfig,
        String targetRaidConfig,
        String cleanStep,
        String deployStep,
        String serviceStep,
        String instanceUuid,
        String instanceName,
        String chassisUuid,
        String allocationUuid,
        String parentNode,
        String resourceClass,
        String conductorGroup,
        String conductor,
        String owner,
        String lessee,
        String description,
        String shard,
        String powerState,
        String targetPowerState,
        String provisionState,
        String targetProvisionState,
        Instant provisionUpdatedAt,
        Instant inspectionStartedAt,
        Instant inspectionFinishedAt,
        boolean maintenance,
        String maintenanceReason,
        String fault,
        String lastError,
        String reservation,
        boolean consoleEnabled,
        Boolean automatedClean,
        boolean protectedFromDelete,
        String protectedReason,
        boolean retired,
        String retiredReason,
        boolean disablePowerOff,
        String bootMode,
        Boolean secureBoot,
        Instant createdAt,
        Instant updatedAt,
        String traits) {

    /// Every column of a new node.
    static NodeRow of(Node node, JsonColumns json) {
        return write(null, node, json);
    }

    /// The columns of `after`, except that free-form fields which are as they were `before` are null: an update leaves those alone,
    /// so that a config drive of megabytes is not encrypted and written again with each power reading.
    static NodeRow update(Node before, Node after, JsonColumns json) {
        return write(before, after, json);
    }

    private static NodeRow write(Node before, Node after, JsonColumns json) {
        return new NodeRow(
                null,
                after.id().toString(),
                after.version(),
                after.attempt(),
                after.name(),
                after.driver(),
                before != null && before.interfaces().equals(after.interfaces()) ? null : json.writeStrings(after.interfaces()),
                changed(json, after.id(), "driver_info", before, Node::driverInfo, after),
                changed(json, after.id(), "driver_internal_info", before, Node::driverInternalInfo, after),
                changed(json, after.id(), "instance_info", before, Node::instanceInfo, after),
                changed(json, after.id(), "properties", before, Node::properties, after),
                changed(json, after.id(), "extra", before, Node::extra, after),
                changed(json, after.id(), "network_data", before, Node::networkData, after),
                changed(json, after.id(), "raid_config", before, Node::raidConfig, after),
                changed(json, after.id(), "target_raid_config", before, Node::targetRaidConfig, after),
                changed(json, after.id(), "clean_step", before, Node::cleanStep, after),
                changed(json, after.id(), "deploy_step", before, Node::deployStep, after),
                changed(json, after.id(), "service_step", before, Node::serviceStep, after),
                text(after.instanceUuid()),
                after.instanceName(),
                text(after.chassisUuid()),
                text(after.allocationUuid()),
                text(after.parentNode()),
                after.resourceClass(),
                after.conductorGroup(),
                after.conductor(),
                after.owner(),
                after.lessee(),
                after.description(),
                after.shard(),
                wire(after.powerState(), PowerState::wire),
                wire(after.targetPowerState(), PowerTarget::wire),
                wire(after.provisionState(), ProvisionState::wire),
                wire(after.targetProvisionState(), ProvisionState::wire),
                Micros.of(after.provisionUpdatedAt()),
                Micros.of(after.inspectionStartedAt()),
                Micros.of(after.inspectionFinishedAt()),
                after.maintenance(),
                after.maintenanceReason(),
                wire(after.fault(), Fault::wire),
                after.lastError(),
                after.reservation(),
                after.consoleEnabled(),
                after.automatedClean(),
                after.protectedFromDelete(),
                after.protectedReason(),
                after.retired(),
                after.retiredReason(),
                after.disablePowerOff(),
                wire(after.bootMode(), BootMode::wire),
                after.secureBoot(),
                Micros.of(after.createdAt()),
                Micros.of(after.updatedAt()),
                null); // they have a table of their own
    }

    Node toNode(JsonColumns json) {
        NodeId node = NodeId.of(uuid);
        return Node.builder(node, driver)
                .version(version)
                .attempt(attempt)
                .name(name)
                .interfaces(json.readStrings(interfaces))
                .driverInfo(json.read(node + "/driver_info", driverInfo))
                .driverInternalInfo(json.read(node + "/driver_internal_info", driverInternalInfo))
                .instanceInfo(json.read(node + "/instance_info", instanceInfo))
                .properties(json.read(node + "/properties", properties))
                .extra(json.read(node + "/extra", extra))
                .networkData(json.read(node + "/network_data", networkData))
                .raidConfig(json.read(node + "/raid_config", raidConfig))
                .targetRaidConfig(json.read(node + "/target_raid_config", targetRaidConfig))
                .cleanStep(json.read(node + "/clean_step", cleanStep))
                .deployStep(json.read(node + "/deploy_step", deployStep))
                .serviceStep(json.read(node + "/service_step", serviceStep))
                .instanceUuid(uuid(instanceUuid))
                .instanceName(instanceName)
                .chassisUuid(uuid(chassisUuid))
                .allocationUuid(uuid(allocationUuid))
                .parentNode(uuid(parentNode))
                .resourceClass(resourceClass)
                .conductorGroup(conductorGroup)
                .conductor(conductor)
                .owner(owner)
                .lessee(lessee)
                .description(description)
                .shard(shard)
                .powerState(enumeration("power_state", powerState, PowerState::fromWire))
                .targetPowerState(enumeration("target_power_state", targetPowerState, PowerTarget::fromWire))
                .provisionState(enumeration("provision_state", provisionState, ProvisionState::fromWire))
                .targetProvisionState(enumeration("target_provision_state", targetProvisionState, ProvisionState::fromWire))
                .provisionUpdatedAt(provisionUpdatedAt)
                .inspectionStartedAt(inspectionStartedAt)
                .inspectionFinishedAt(inspectionFinishedAt)
                .maintenance(maintenance)
                .maintenanceReason(maintenanceReason)
                .fault(enumeration("fault", fault, Fault::fromWire))
                .lastError(lastError)
                .reservation(reservation)
                .consoleEnabled(consoleEnabled)
                .automatedClean(automatedClean)
                .protectedFromDelete(protectedFromDelete)
                .protectedReason(protectedReason)
                .retired(retired)
                .retiredReason(retiredReason)
                .disablePowerOff(disablePowerOff)
                .bootMode(enumeration("boot_mode", bootMode, BootMode::fromWire))
                .secureBoot(secureBoot)
                .createdAt(createdAt)
                .updatedAt(updatedAt)
                .traits(traits == null ? Set.of() : Set.of(traits.split(","))) // whose names have no comma
                .build();
    }

    private static String changed(JsonColumns json, NodeId node, String column, Node before, Function<Node, Map<String, Object>> field, Node after) {
        Map<String, Object> value = field.apply(after);
        return before != null && field.apply(before).equals(value) ? null : json.write(node + "/" + column, value);
    }

    private static String text(UUID uuid) {
        return uuid == null ? null : uuid.toString();
    }

    static UUID uuid(String text) {
        return text == null ? null : UUID.fromString(text);
    }

    private static <E> String wire(E value, Function<E, String> wire) {
        return value == null ? null : wire.apply(value);
    }

    static <E> E enumeration(String column, String text, Function<String, Optional<E>> fromWire) {
        if (text == null) {
            return null;
        }
        return fromWire.apply(text).orElseThrow(() -> new IllegalStateException(
                "column nodes.%s holds '%s', which this version does not know: was the database used by a newer one?".formatted(column, text)));
    }
}
