package io.bessemer.core.driver;

import io.bessemer.core.fault.Failure;
import java.util.Map;

/// What a machine's RAID can be asked for. The wish is kept on the node (`target_raid_config`); a step of cleaning fulfils it.
public interface RaidInterface {
    /// What a logical disk may say, with what it means: `GET /v1/drivers/{name}/raid/logical_disk_properties`.
    default Map<String, String> logicalDiskProperties() {
        return LogicalDisks.PROPERTIES;
    }

    /// Checks a wish without talking to the machine.
    ///
    /// @throws Failure.Invalid that names the member, what was found and what is allowed
    default void check(Map<String, Object> target) {
        LogicalDisks.check(target);
    }
}
