package io.bessemer.pxe;

import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which MAC always gets which address, and nobody else that one.
public final class Reservations {
    public static final Reservations NONE = new Reservations(Map.of());

    private final Map<MacAddress, Inet4Address> byMac;
    private final Map<Inet4Address, MacAddress> byAddress = new HashMap<>();

    /// @throws IllegalArgumentException when two MACs are to have one address
    public Reservations(Map<MacAddress, Inet4Address> addresses) {
        byMac = Map.copyOf(addresses);
        byMac.forEach((mac, address) -> {
            MacAddress other = byAddress.put(address, mac);
            if (other != null) {
                boolean inOrder = other.compareTo(mac) < 0;
                throw new IllegalArgumentException("address %s is reserved for %s and for %s; an address is one machine's".formatted(
                        address.getHostAddress(), inOrder ? other : mac, inOrder ? mac : other));
            }
        });
    }

    public Optional<Inet4Address> of(MacAddress mac) {
        return Optional.ofNullable(byMac.get(mac));
    }

    boolean forAnother(Inet4Address address, MacAddress mac) {
        MacAddress owner = byAddress.get(address);
        return owner != null && !owner.equals(mac);
    }

    Iterable<Inet4Address> addresses() {
        return byAddress.keySet();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reservations that && byMac.equals(that.byMac);
    }

    @Override
    public int hashCode() {
        return byMac.hashCode();
    }

    @Override
    public String toString() {
        return byMac.toString();
    }
}
