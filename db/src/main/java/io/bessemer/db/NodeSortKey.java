package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What a node listing may be sorted by: API name and column. Nothing else of a client's text gets into SQL.
enum NodeSortKey {
    UUID("uuid", "uuid"),
    NAME("name", "name"),
    DRIVER("driver", "driver"),
    INSTANCE_UUID("instance_uuid", "instance_uuid"),
    CHASSIS_UUID("chassis_uuid", "chassis_uuid"),
    ALLOCATION_UUID("allocation_uuid", "allocation_uuid"),
    PARENT_NODE("parent_node", "parent_node"),
    RESOURCE_CLASS("resource_class", "resource_class"),
    CONDUCTOR_GROUP("conductor_group", "conductor_group"),
    CONDUCTOR("conductor", "conductor"),
    OWNER("owner", "owner"),
    LESSEE("lessee", "lessee"),
    DESCRIPTION("description", "description"),
    SHARD("shard", "shard"),
    POWER_STATE("power_state", "power_state"),
    TARGET_POWER_STATE("target_power_state", "target_power_state"),
    PROVISION_STATE("provision_state", "provision_state"),
    TARGET_PROVISION_STATE("target_provision_state", "target_provision_state"),
    PROVISION_UPDATED_AT("provision_updated_at", "provision_updated_at"),
    INSPECTION_STARTED_AT("inspection_started_at", "inspection_started_at"),
    INSPECTION_FINISHED_AT("inspection_finished_at", "inspection_finished_at"),
    MAINTENANCE("maintenance", "maintenance"),
    MAINTENANCE_REASON("maintenance_reason", "maintenance_reason"),
    FAULT("fault", "fault"),
    LAST_ERROR("last_error", "last_error"),
    RESERVATION("reservation", "reservation"),
    CONSOLE_ENABLED("console_enabled", "console_enabled"),
    AUTOMATED_CLEAN("automated_clean", "automated_clean"),
    PROTECTED("protected", "protected_from_delete"),
    PROTECTED_REASON("protected_reason", "protected_reason"),
    RETIRED("retired", "retired"),
    RETIRED_REASON("retired_reason", "retired_reason"),
    DISABLE_POWER_OFF("disable_power_off", "disable_power_off"),
    BOOT_MODE("boot_mode", "boot_mode"),
    SECURE_BOOT("secure_boot", "secure_boot"),
    CREATED_AT("created_at", "created_at"),
    UPDATED_AT("updated_at", "updated_at");

    private final String wire;
    private final String column;

    NodeSortKey(String wire, String column) {
        this.wire = wire;
        this.column = column;
    }

    String column() {
        return column;
    }

    /// @throws Failure.Invalid when nodes cannot be sorted by it
    static NodeSortKey fromWire(String text) {
        return Arrays.stream(values()).filter(key -> key.wire.equals(text)).findFirst()
                .orElseThrow(() -> new Failure.Invalid("sort_key", "nodes cannot be sorted by '%s'; they can by %s".formatted(
                        text, Arrays.stream(values()).map(key -> key.wire).sorted().collect(Collectors.joining(", ")))));
    }
}
