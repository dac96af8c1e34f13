package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a listing may be sorted by: API names, each with its column. Nothing else of a client's text gets into SQL.
final class SortColumns {
    static final SortColumns NODES = new SortColumns("nodes", List.of(
            "uuid", "name", "driver", "instance_uuid", "chassis_uuid", "allocation_uuid", "parent_node", "resource_class", "conductor_group",
            "conductor", "owner", "lessee", "description", "shard", "power_state", "target_power_state", "provision_state", "target_provision_state",
            "provision_updated_at", "inspection_started_at", "inspection_finished_at", "maintenance", "maintenance_reason", "fault", "last_error",
            "reservation", "console_enabled", "automated_clean", "protected_reason", "retired", "retired_reason", "disable_power_off", "boot_mode",
            "secure_boot", "created_at", "updated_at"), Map.of("protected", "protected_from_delete"));

    static final SortColumns PORTS = new SortColumns("ports", List.of(
            "uuid", "address", "pxe_enabled", "physical_network", "name", "vendor", "category", "created_at", "updated_at"),
            Map.of("is_smartnic", "smart_nic", "available_for_dynamic_portgroup", "dynamic_portgroup"));

    private final String what;
    private final Map<String, String> columns = new TreeMap<>();

    private SortColumns(String what, List<String> byTheirName, Map<String, String> others) {
        this.what = what;
        byTheirName.forEach(name -> columns.put(name, name));
        columns.putAll(others);
    }

    /// @throws Failure.Invalid when the listing cannot be sorted by it
    String of(String key) {
        String column = columns.get(key);
        if (column == null) {
            throw new Failure.Invalid("sort_key", "%s cannot be sorted by '%s'; they can by %s".formatted(what, key, String.join(", ", columns.keySet())));
        }
        return column;
    }

    Set<String> keys() {
        return columns.keySet();
    }
}
