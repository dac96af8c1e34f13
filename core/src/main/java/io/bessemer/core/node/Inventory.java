package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;

/// What the agent found in the machine: Ironic's `inventory` schema and `plugin_data` (Ironic API 1.81).
public record Inventory(Map<String, Object> inventory, Map<String, Object> pluginData, Instant at) {
    public Inventory {
        inventory = JsonCopy.of(inventory);
        pluginData = JsonCopy.of(pluginData);
    }
}
