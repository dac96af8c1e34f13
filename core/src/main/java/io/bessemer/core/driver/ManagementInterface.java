package io.bessemer.core.driver;

import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import java.util.Optional;
import java.util.Set;

/// Everything of a BMC that is not power.
public interface ManagementInterface {
    Set<BootDevice> supportedBootDevices(DriverNode node);

    /// Sets the device of the next boot, or of all following ones, and reads it back where the BMC can say.
    ///
    /// @param mode which of the BMC's boot flags to set; a BMC that is told the wrong one boots the old system
    void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException;

    BootDeviceSetting bootDevice(DriverNode node) throws DriverException;

    void injectNmi(DriverNode node) throws DriverException;

    /// Lights the identify LED.
    ///
    /// @param seconds 0 to 255; 0 turns it off
    void identify(DriverNode node, int seconds) throws DriverException;

    /// What the BMC says of itself: manufacturer and product id, firmware, IPMI version.
    BmcIdentity identity(DriverNode node) throws DriverException;

    /// @param device     empty when no override is set
    /// @param persistent empty when the BMC does not say
    record BootDeviceSetting(Optional<BootDevice> device, Optional<Boolean> persistent) {}

    record BmcIdentity(int manufacturerId, int productId, String firmware, String ipmiVersion) {}
}
