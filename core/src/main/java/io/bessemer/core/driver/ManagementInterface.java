package io.bessemer.core.driver;

import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything of a BMC that is not power.
public interface ManagementInterface {
    Set<BootDevice> supportedBootDevices(DriverNode node);

    /// Sets the device of the next boot, or of all following ones, and reads it back where the BMC can say.
    ///
    /// @param mode which of the BMC's boot flags to set; a BMC that is told the wrong one boots the old system
    void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException;

    /// The next boot is of what UEFI firmware loads from this URL, as its BMC tells it to.
    ///
    /// @param url an ISO image or an EFI program, reached by the machine itself or by its BMC
    default void setHttpBoot(DriverNode node, String url) throws DriverException {
        throw new DriverException(DriverException.Kind.UNSUPPORTED, "The driver of node %s cannot tell firmware a URL to boot from. Choose another boot_interface."
                .formatted(node.name()));
    }

    BootDeviceSetting bootDevice(DriverNode node) throws DriverException;

    /// How the machine's hardware was when its power was last asked for: `OK`, `Warning` or `Critical`. Asks nobody, so it costs nothing beside power sync.
    ///
    /// @return empty when the BMC does not say
    default Optional<String> health(NodeId node) {
        return Optional.empty();
    }

    /// What was found out about the BMC when it was last asked, and must outlive this process: keys of the node's `driver_internal_info`, where
    /// [DriverNode#learned] has them the next time. Asks nobody.
    default Map<String, Object> learned(NodeId node) {
        return Map.of();
    }

    /// What the machine's sensors tell now: temperatures, fans, power, drives. Asks the BMC, which may take seconds.
    ///
    /// @return at most a few hundred; none when the BMC tells of none
    default List<Sensor> sensors(DriverNode node) throws DriverException {
        throw new DriverException(DriverException.Kind.UNSUPPORTED, "The driver of node %s cannot read sensors. Drivers redfish, ipmi and fake-hardware can.".formatted(node.name()));
    }

    void injectNmi(DriverNode node) throws DriverException;

    /// Lights the identify LED.
    ///
    /// @param seconds 0 to 255; 0 turns it off
    void identify(DriverNode node, int seconds) throws DriverException;

    /// What the BMC says of itself.
    BmcIdentity identity(DriverNode node) throws DriverException;

    /// @param device     empty when no override is set
    /// @param persistent empty when the BMC does not say
    record BootDeviceSetting(Optional<BootDevice> device, Optional<Boolean> persistent) {}

    /// @param facts as `driver_internal_info/bmc` of the node shows them: JSON values, none of them null
    record BmcIdentity(Map<String, Object> facts) {
        public BmcIdentity {
            facts = JsonCopy.of(facts);
        }

        /// IPMI 2.0 §20.1, Get Device ID.
        public static BmcIdentity ipmi(int manufacturerId, int productId, String firmware, String ipmiVersion) {
            return new BmcIdentity(Map.of("manufacturer_id", manufacturerId, "product_id", productId, "firmware", firmware, "ipmi_version", ipmiVersion));
        }
    }
}
