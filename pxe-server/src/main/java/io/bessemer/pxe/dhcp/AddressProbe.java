package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.PxeSettings;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Optional;

/// Whether somebody uses an address that we are about to give away.
public interface AddressProbe {
    /// @param mac who it is; empty when an answer came from behind a router
    record User(Optional<MacAddress> mac) {
        @Override
        public String toString() {
            return mac.map(MacAddress::value).orElse("a machine behind a router");
        }
    }

    /// Waits up to `patience`, and not at all when it cannot ask.
    Optional<User> userOf(PxeSettings.Interface on, Inet4Address address, Duration patience);

    /// Where nobody is asked: simulated racks on loopback.
    AddressProbe NONE = (_, _, _) -> Optional.empty();
}
