package io.bessemer.core.node;

import io.bessemer.core.lifecycle.ProvisionState;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// A machine that Bessemer drives, with the fields of Ironic's node object (v1.44; API microversions noted by field).
///
/// A component is null where Ironic's API shows null; free-form fields are never null but empty. Immutable: change it by
/// [#toBuilder()] and store it by [NodeStore#commit].
///
/// @param id primary key, `uuid` on the wire
/// @param version raised by every commit; the compare-and-set of [NodeStore#commit]
/// @param attempt raised by every flow; the fencing number of agent commands and boot scripts
/// @param name unique; null when the node has none
/// @param driver name of a hardware type
/// @param interfaces chosen implementation by interface: `power` to `ipmitool`; API field `power_interface`, Ironic API 1.31
/// @param driverInfo how to reach the BMC, kernel and ramdisk; holds secrets
/// @param driverInternalInfo what Bessemer notes for itself; read-only in the API
/// @param instanceInfo what to deploy; cleared by tear down
/// @param properties hardware facts and `capabilities`
/// @param extra the operator's own
/// @param networkData static network configuration of the ramdisk, Ironic API 1.66
/// @param raidConfig current, Ironic API 1.12
/// @param targetRaidConfig wanted, Ironic API 1.12
/// @param cleanStep the clean step that runs, else empty
/// @param deployStep the deploy step that runs, else empty; Ironic API 1.44
/// @param serviceStep the service step that runs, else empty; Ironic API 1.87
/// @param instanceUuid who uses the node; unique
/// @param instanceName Ironic API 1.104; mirrors `instance_info.display_name`
/// @param parentNode Ironic API 1.83
/// @param resourceClass at most 80 characters, Ironic API 1.21
/// @param conductorGroup empty string is the default group
/// @param conductor host name of the conductor that works on the node
/// @param owner Ironic API 1.50
/// @param lessee Ironic API 1.65
/// @param description at most 4096 characters, Ironic API 1.51
/// @param shard Ironic API 1.82
/// @param traits at most 50, Ironic API 1.37
/// @param powerState null until the BMC was asked
/// @param targetPowerState non-null while a power change is under way
/// @param targetProvisionState non-null while work is under way (clients wait on it)
/// @param maintenance no automatic work, no power enforcement
/// @param fault set when Bessemer itself chose maintenance, Ironic API 1.42
/// @param lastError the last failure in words, null after success
/// @param reservation who executes work on the node now
/// @param automatedClean null follows the configuration, Ironic API 1.47
/// @param protectedFromDelete `protected`, Ironic API 1.48
/// @param retired Ironic API 1.61
/// @param disablePowerOff Ironic API 1.95
/// @param bootMode as the agent saw it, Ironic API 1.75
/// @param secureBoot Ironic API 1.75
public record Node(
        NodeId id,
        long version,
        long attempt,
        String name,
        String driver,
        Map<String, String> interfaces,
        Map<String, Object> driverInfo,
        Map<String, Object> driverInternalInfo,
        Map<String, Object> instanceInfo,
        Map<String, Object> properties,
        Map<String, Object> extra,
        Map<String, Object> networkData,
        Map<String, Object> raidConfig,
        Map<String, Object> targetRaidConfig,
        Map<String, Object> cleanStep,
        Map<String, Object> deployStep,
        Map<String, Object> serviceStep,
        UUID instanceUuid,
        String instanceName,
        UUID chassisUuid,
        UUID allocationUuid,
        UUID parentNode,
        String resourceClass,
        String conductorGroup,
        String conductor,
        String owner,
        String lessee,
        String description,
        String shard,
        Set<String> traits,
        PowerState powerState,
        PowerTarget targetPowerState,
        ProvisionState provisionState,
        ProvisionState targetProvisionState,
        Instant provisionUpdatedAt,
        Instant inspectionStartedAt,
        Instant inspectionFinishedAt,
        boolean maintenance,
        String maintenanceReason,
        Fault fault,
        String lastError,
        String reservation,
        boolean consoleEnabled,
        Boolean automatedClean,
        boolean protectedFromDelete,
        String protectedReason,
        boolean retired,
        String retiredReason,
        boolean disablePowerOff,
        BootMode bootMode,
        Boolean secureBoot,
        Instant createdAt,
        Instant updatedAt) {

    public Node {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(provisionState, "provisionState");
        interfaces = interfaces == null ? Map.of() : Map.copyOf(interfaces);
        driverInfo = JsonCopy.of(driverInfo);
        driverInternalInfo = JsonCopy.of(driverInternalInfo);
        instanceInfo = JsonCopy.of(instanceInfo);
        properties = JsonCopy.of(properties);
        extra = JsonCopy.of(extra);
        networkData = JsonCopy.of(networkData);
        raidConfig = JsonCopy.of(raidConfig);
        targetRaidConfig = JsonCopy.of(targetRaidConfig);
        cleanStep = JsonCopy.of(cleanStep);
        deployStep = JsonCopy.of(deployStep);
        serviceStep = JsonCopy.of(serviceStep);
        traits = traits == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(traits));
        conductorGroup = conductorGroup == null ? "" : conductorGroup;
    }

    /// A new node in `enroll` with everything else empty.
    public static Builder builder(NodeId id, String driver) {
        Builder builder = new Builder();
        builder.id = id;
        builder.driver = driver;
        builder.provisionState = ProvisionState.ENROLL;
        return builder;
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.version = version;
        builder.attempt = attempt;
        builder.name = name;
        builder.driver = driver;
        builder.interfaces = interfaces;
        builder.driverInfo = driverInfo;
        builder.driverInternalInfo = driverInternalInfo;
        builder.instanceInfo = instanceInfo;
        builder.properties = properties;
        builder.extra = extra;
        builder.networkData = networkData;
        builder.raidConfig = raidConfig;
        builder.targetRaidConfig = targetRaidConfig;
        builder.cleanStep = cleanStep;
        builder.deployStep = deployStep;
        builder.serviceStep = serviceStep;
        builder.instanceUuid = instanceUuid;
        builder.instanceName = instanceName;
        builder.chassisUuid = chassisUuid;
        builder.allocationUuid = allocationUuid;
        builder.parentNode = parentNode;
        builder.resourceClass = resourceClass;
        builder.conductorGroup = conductorGroup;
        builder.conductor = conductor;
        builder.owner = owner;
        builder.lessee = lessee;
        builder.description = description;
        builder.shard = shard;
        builder.traits = traits;
        builder.powerState = powerState;
        builder.targetPowerState = targetPowerState;
        builder.provisionState = provisionState;
        builder.targetProvisionState = targetProvisionState;
        builder.provisionUpdatedAt = provisionUpdatedAt;
        builder.inspectionStartedAt = inspectionStartedAt;
        builder.inspectionFinishedAt = inspectionFinishedAt;
        builder.maintenance = maintenance;
        builder.maintenanceReason = maintenanceReason;
        builder.fault = fault;
        builder.lastError = lastError;
        builder.reservation = reservation;
        builder.consoleEnabled = consoleEnabled;
        builder.automatedClean = automatedClean;
        builder.protectedFromDelete = protectedFromDelete;
        builder.protectedReason = protectedReason;
        builder.retired = retired;
        builder.retiredReason = retiredReason;
        builder.disablePowerOff = disablePowerOff;
        builder.bootMode = bootMode;
        builder.secureBoot = secureBoot;
        builder.createdAt = createdAt;
        builder.updatedAt = updatedAt;
        return builder;
    }

    /// The name, or the UUID where there is none: for people.
    public String displayName() {
        return name == null ? id.toString() : name;
    }

    /// Secrets never reach a log through a node.
    @Override
    public String toString() {
        return "Node[%s %s, %s, version %d]".formatted(id, name, provisionState.wire(), version);
    }

    /// Collects changes to a node.
    public static final class Builder {
        private NodeId id;
        private long version;
        private long attempt;
        private String name;
        private String driver;
        private Map<String, String> interfaces;
        private Map<String, Object> driverInfo;
        private Map<String, Object> driverInternalInfo;
        private Map<String, Object> instanceInfo;
        private Map<String, Object> properties;
        private Map<String, Object> extra;
        private Map<String, Object> networkData;
        private Map<String, Object> raidConfig;
        private Map<String, Object> targetRaidConfig;
        private Map<String, Object> cleanStep;
        private Map<String, Object> deployStep;
        private Map<String, Object> serviceStep;
        private UUID instanceUuid;
        private String instanceName;
        private UUID chassisUuid;
        private UUID allocationUuid;
        private UUID parentNode;
        private String resourceClass;
        private String conductorGroup;
        private String conductor;
        private String owner;
        private String lessee;
        private String description;
        private String shard;
        private Set<String> traits;
        private PowerState powerState;
        private PowerTarget targetPowerState;
        private ProvisionState provisionState;
        private ProvisionState targetProvisionState;
        private Instant provisionUpdatedAt;
        private Instant inspectionStartedAt;
        private Instant inspectionFinishedAt;
        private boolean maintenance;
        private String maintenanceReason;
        private Fault fault;
        private String lastError;
        private String reservation;
        private boolean consoleEnabled;
        private Boolean automatedClean;
        private boolean protectedFromDelete;
        private String protectedReason;
        private boolean retired;
        private String retiredReason;
        private boolean disablePowerOff;
        private BootMode bootMode;
        private Boolean secureBoot;
        private Instant createdAt;
        private Instant updatedAt;

        private Builder() {
        }

        public Builder id(NodeId value) {
            this.id = value;
            return this;
        }

        public Builder version(long value) {
            this.version = value;
            return this;
        }

        public Builder attempt(long value) {
            this.attempt = value;
            return this;
        }

        public Builder name(String value) {
            this.name = value;
            return this;
        }

        public Builder driver(String value) {
            this.driver = value;
            return this;
        }

        public Builder interfaces(Map<String, String> value) {
            this.interfaces = value;
            return this;
        }

        public Builder driverInfo(Map<String, Object> value) {
            this.driverInfo = value;
            return this;
        }

        public Builder driverInternalInfo(Map<String, Object> value) {
            this.driverInternalInfo = value;
            return this;
        }

        public Builder instanceInfo(Map<String, Object> value) {
            this.instanceInfo = value;
            return this;
        }

        public Builder properties(Map<String, Object> value) {
            this.properties = value;
            return this;
        }

        public Builder extra(Map<String, Object> value) {
            this.extra = value;
            return this;
        }

        public Builder networkData(Map<String, Object> value) {
            this.networkData = value;
            return this;
        }

        public Builder raidConfig(Map<String, Object> value) {
            this.raidConfig = value;
            return this;
        }

        public Builder targetRaidConfig(Map<String, Object> value) {
            this.targetRaidConfig = value;
            return this;
        }

        public Builder cleanStep(Map<String, Object> value) {
            this.cleanStep = value;
            return this;
        }

        public Builder deployStep(Map<String, Object> value) {
            this.deployStep = value;
            return this;
        }

        public Builder serviceStep(Map<String, Object> value) {
            this.serviceStep = value;
            return this;
        }

        public Builder instanceUuid(UUID value) {
            this.instanceUuid = value;
            return this;
        }

        public Builder instanceName(String value) {
            this.instanceName = value;
            return this;
        }

        public Builder chassisUuid(UUID value) {
            this.chassisUuid = value;
            return this;
        }

        public Builder allocationUuid(UUID value) {
            this.allocationUuid = value;
            return this;
        }

        public Builder parentNode(UUID value) {
            this.parentNode = value;
            return this;
        }

        public Builder resourceClass(String value) {
            this.resourceClass = value;
            return this;
        }

        public Builder conductorGroup(String value) {
            this.conductorGroup = value;
            return this;
        }

        public Builder conductor(String value) {
            this.conductor = value;
            return this;
        }

        public Builder owner(String value) {
            this.owner = value;
            return this;
        }

        public Builder lessee(String value) {
            this.lessee = value;
            return this;
        }

        public Builder description(String value) {
            this.description = value;
            return this;
        }

        public Builder shard(String value) {
            this.shard = value;
            return this;
        }

        public Builder traits(Set<String> value) {
            this.traits = value;
            return this;
        }

        public Builder powerState(PowerState value) {
            this.powerState = value;
            return this;
        }

        public Builder targetPowerState(PowerTarget value) {
            this.targetPowerState = value;
            return this;
        }

        public Builder provisionState(ProvisionState value) {
            this.provisionState = value;
            return this;
        }

        public Builder targetProvisionState(ProvisionState value) {
            this.targetProvisionState = value;
            return this;
        }

        public Builder provisionUpdatedAt(Instant value) {
            this.provisionUpdatedAt = value;
            return this;
        }

        public Builder inspectionStartedAt(Instant value) {
            this.inspectionStartedAt = value;
            return this;
        }

        public Builder inspectionFinishedAt(Instant value) {
            this.inspectionFinishedAt = value;
            return this;
        }

        public Builder maintenance(boolean value) {
            this.maintenance = value;
            return this;
        }

        public Builder maintenanceReason(String value) {
            this.maintenanceReason = value;
            return this;
        }

        public Builder fault(Fault value) {
            this.fault = value;
            return this;
        }

        public Builder lastError(String value) {
            this.lastError = value;
            return this;
        }

        public Builder reservation(String value) {
            this.reservation = value;
            return this;
        }

        public Builder consoleEnabled(boolean value) {
            this.consoleEnabled = value;
            return this;
        }

        public Builder automatedClean(Boolean value) {
            this.automatedClean = value;
            return this;
        }

        public Builder protectedFromDelete(boolean value) {
            this.protectedFromDelete = value;
            return this;
        }

        public Builder protectedReason(String value) {
            this.protectedReason = value;
            return this;
        }

        public Builder retired(boolean value) {
            this.retired = value;
            return this;
        }

        public Builder retiredReason(String value) {
            this.retiredReason = value;
            return this;
        }

        public Builder disablePowerOff(boolean value) {
            this.disablePowerOff = value;
            return this;
        }

        public Builder bootMode(BootMode value) {
            this.bootMode = value;
            return this;
        }

        public Builder secureBoot(Boolean value) {
            this.secureBoot = value;
            return this;
        }

        public Builder createdAt(Instant value) {
            this.createdAt = value;
            return this;
        }

        public Builder updatedAt(Instant value) {
            this.updatedAt = value;
            return this;
        }

        /// Puts one key of `driver_internal_info`; a null value removes it.
        public Builder internal(String key, Object value) {
            Map<String, Object> changed = new LinkedHashMap<>(driverInternalInfo == null ? Map.of() : driverInternalInfo);
            if (value == null) {
                changed.remove(key);
            } else {
                changed.put(key, value);
            }
            driverInternalInfo = changed;
            return this;
        }

        public Node build() {
            return new Node(
                    id, version, attempt, name, driver, interfaces, driverInfo, driverInternalInfo,
                    instanceInfo, properties, extra, networkData, raidConfig, targetRaidConfig,
                    cleanStep, deployStep, serviceStep, instanceUuid, instanceName, chassisUuid,
                    allocationUuid, parentNode, resourceClass, conductorGroup, conductor, owner,
                    lessee, description, shard, traits, powerState, targetPowerState,
                    provisionState, targetProvisionState, provisionUpdatedAt, inspectionStartedAt,
                    inspectionFinishedAt, maintenance, maintenanceReason, fault, lastError,
                    reservation, consoleEnabled, automatedClean, protectedFromDelete,
                    protectedReason, retired, retiredReason, disablePowerOff, bootMode, secureBoot,
                    createdAt, updatedAt);
        }
    }
}
