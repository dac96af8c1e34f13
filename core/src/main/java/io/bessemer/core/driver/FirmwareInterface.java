package io.bessemer.core.driver;

import java.time.Instant;
import java.util.List;

/// The firmware in a machine, Ironic API 1.86.
public interface FirmwareInterface {
    List<Component> components(DriverNode node) throws DriverException;

    /// @param component      `bios`, `bmc`, `nic:...`
    /// @param initialVersion as it was when the machine was first looked at
    /// @param flashedVersion what was written last, null when nothing was
    /// @param vendor         null when the BMC does not say, as `model` and `serialNumber`; Ironic API 1.114
    record Component(String component, String initialVersion, String currentVersion, String flashedVersion, String vendor, String model,
            String serialNumber, Instant seenAt) {}
}
