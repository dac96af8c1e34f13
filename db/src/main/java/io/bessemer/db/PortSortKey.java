package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What a listing of ports may be sorted by: API name and column. Nothing else of a client's text gets into SQL.
enum PortSortKey {
    UUID("uuid", "uuid"),
    ADDRESS("address", "address"),
    PXE_ENABLED("pxe_enabled", "pxe_enabled"),
    PHYSICAL_NETWORK("physical_network", "physical_network"),
    SMART_NIC("is_smartnic", "smart_nic"),
    NAME("name", "name"),
    VENDOR("vendor", "vendor"),
    CATEGORY("category", "category"),
    DYNAMIC_PORTGROUP("available_for_dynamic_portgroup", "dynamic_portgroup"),
    CREATED_AT("created_at", "created_at"),
    UPDATED_AT("updated_at", "updated_at");

    private final String wire;
    private final String column;

    PortSortKey(String wire, String column) {
        this.wire = wire;
        this.column = column;
    }

    String column() {
        return column;
    }

    /// @throws Failure.Invalid when ports cannot be sorted by it
    static PortSortKey fromWire(String text) {
        return Arrays.stream(values()).filter(key -> key.wire.equals(text)).findFirst()
                .orElseThrow(() -> new Failure.Invalid("sort_key", "ports cannot be sorted by '%s'; they can by %s".formatted(
                        text, Arrays.stream(values()).map(key -> key.wire).sorted().collect(Collectors.joining(", ")))));
    }
}
