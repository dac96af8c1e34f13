package io.bessemer.core.driver;

import io.bessemer.core.node.JsonCopy;
import java.util.Map;

/// Looks at a machine's hardware without booting it: what its BMC knows.
public interface InspectInterface {
    Found look(DriverNode node) throws DriverException;

    /// @param inventory  in the form of Ironic's ramdisk: `cpu`, `memory`, `disks`, `interfaces`, `system_vendor`, `boot`
    /// @param pluginData kept beside it
    record Found(Map<String, Object> inventory, Map<String, Object> pluginData) {
        public Found {
            inventory = JsonCopy.of(inventory);
            pluginData = JsonCopy.of(pluginData);
        }
    }
}
