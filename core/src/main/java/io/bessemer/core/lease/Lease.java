package io.bessemer.core.lease;

import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.time.Instant;

/// An address given to a MAC. One address a MAC, one MAC an address.
///
/// @param expiresAt a known port keeps its address beyond this; an unknown one loses it
public record Lease(MacAddress mac, Inet4Address address, Instant expiresAt) {
}
