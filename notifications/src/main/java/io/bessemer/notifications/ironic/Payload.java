package io.bessemer.notifications.ironic;

import java.util.List;
import java.util.Optional;

/// The payload objects of Ironic 21.4 (`ironic/objects/*.py`): name, version, fields.
enum Payload {
    NODE("NodePayload", "1.16", Payload.NODE_FIELDS),
    NODE_CRUD("NodeCRUDPayload", "1.14", and(Payload.NODE_FIELDS, "chassis_uuid", "instance_info", "driver_info")),
    NODE_SET_POWER("NodeSetPowerStatePayload", "1.16", and(Payload.NODE_FIELDS, "to_power")),
    NODE_CORRECTED_POWER("NodeCorrectedPowerStatePayload", "1.16", and(Payload.NODE_FIELDS, "from_power")),
    NODE_SET_PROVISION("NodeSetProvisionStatePayload", "1.17", and(Payload.NODE_FIELDS, "instance_info", "driver_internal_info", "event", "previous_provision_state",
            "previous_target_provision_state")),
    PORT("PortCRUDPayload", "1.4", "address extra local_link_connection pxe_enabled node_uuid portgroup_uuid physical_network created_at updated_at uuid is_smartnic name"),
    PORTGROUP("PortgroupCRUDPayload", "1.0", "address extra mode name node_uuid properties standalone_ports_supported created_at updated_at uuid"),
    CHASSIS("ChassisCRUDPayload", "1.0", "description extra created_at updated_at uuid"),
    ALLOCATION("AllocationCRUDPayload", "1.1", "uuid name node_uuid state last_error owner resource_class traits candidate_nodes extra created_at updated_at"),
    VOLUME_CONNECTOR("VolumeConnectorCRUDPayload", "1.0", "extra type connector_id node_uuid created_at updated_at uuid"),
    VOLUME_TARGET("VolumeTargetCRUDPayload", "1.0", "boot_index extra node_uuid properties volume_id volume_type created_at updated_at uuid");

    private static final String NODE_FIELDS = "clean_step conductor_group console_enabled created_at deploy_step description driver extra boot_mode secure_boot "
            + "inspection_finished_at inspection_started_at instance_uuid last_error maintenance maintenance_reason fault bios_interface boot_interface "
            + "console_interface deploy_interface inspect_interface management_interface network_interface power_interface raid_interface rescue_interface "
            + "storage_interface vendor_interface name owner lessee power_state properties protected protected_reason provision_state provision_updated_at "
            + "resource_class retired retired_reason target_power_state target_provision_state traits updated_at uuid";

    private final String objectName;
    private final String version;
    private final List<String> fields;

    Payload(String objectName, String version, String fields) {
        this.objectName = objectName;
        this.version = version;
        this.fields = List.of(fields.split(" "));
    }

    private static String and(String fields, String... more) {
        return fields + " " + String.join(" ", more);
    }

    String objectName() {
        return objectName;
    }

    String version() {
        return version;
    }

    List<String> fields() {
        return fields;
    }

    /// Of an event type; empty for what Ironic does not tell.
    static Optional<Payload> of(String type) {
        String[] words = type.split("\\.");
        if (words.length != 4 || !words[0].equals("baremetal")) {
            return Optional.empty();
        }
        return Optional.ofNullable(switch (words[1]) {
            case "node" -> switch (words[2]) {
                case "create", "update", "delete" -> NODE_CRUD;
                case "provision_set" -> NODE_SET_PROVISION;
                case "power_set" -> NODE_SET_POWER;
                case "power_state_corrected" -> NODE_CORRECTED_POWER;
                case "maintenance_set", "console_set", "console_restore" -> NODE;
                default -> null;
            };
            case "port" -> PORT;
            case "portgroup" -> PORTGROUP;
            case "chassis" -> CHASSIS;
            case "allocation" -> ALLOCATION;
            case "volumeconnector" -> VOLUME_CONNECTOR;
            case "volumetarget" -> VOLUME_TARGET;
            default -> null;
        });
    }
}
