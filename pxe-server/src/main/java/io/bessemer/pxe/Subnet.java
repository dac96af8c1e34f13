package io.bessemer.pxe;

import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// An IPv4 network and what of it DHCP gives away.
///
/// @param member       any address in the network
/// @param ranges       of the addresses for all; at least one in mode `SERVER`, none in mode `PROXY`
/// @param reservations of addresses for single machines, within the ranges or not
public record Subnet(Inet4Address member, int prefixLength, DhcpMode mode, List<Range> ranges, Reservations reservations, Optional<Inet4Address> router,
        List<Inet4Address> nameServers) {
    public Subnet {
        ranges = List.copyOf(ranges);
        nameServers = List.copyOf(nameServers);
        if (prefixLength < 8 || prefixLength > 30) {
            throw new IllegalArgumentException("subnet prefix length " + prefixLength + " is not in 8..30");
        }
        int mask = maskBits(prefixLength);
        for (Range range : ranges) {
            for (Inet4Address end : List.of(range.first(), range.last())) {
                if ((toInt(end) & mask) != (toInt(member) & mask)) {
                    throw new IllegalArgumentException("DHCP range address " + end.getHostAddress() + " is not in " + member.getHostAddress() + "/" + prefixLength);
                }
            }
        }
        for (int i = 0; i < ranges.size(); i++) {
            for (Range other : ranges.subList(i + 1, ranges.size())) {
                if (ranges.get(i).holds(other.first()) || other.holds(ranges.get(i).first())) {
                    throw new IllegalArgumentException("DHCP ranges %s and %s overlap".formatted(ranges.get(i), other));
                }
            }
        }
        for (Inet4Address reserved : reservations.addresses()) {
            int host = toInt(reserved) & ~mask;
            if ((toInt(reserved) & mask) != (toInt(member) & mask) || host == 0 || host == ~mask) {
                throw new IllegalArgumentException("reserved address %s is no machine's in %s/%d".formatted(reserved.getHostAddress(), member.getHostAddress(), prefixLength));
            }
        }
        if (ranges.isEmpty() == (mode == DhcpMode.SERVER)) {
            throw new IllegalArgumentException(mode == DhcpMode.SERVER ? "a DHCP server needs a range" : "a proxy gives no addresses, so it has no range");
        }
    }

    /// A network whose DHCP server we are, with one range.
    public Subnet(Inet4Address member, int prefixLength, Inet4Address rangeStart, Inet4Address rangeEnd, Optional<Inet4Address> router, List<Inet4Address> nameServers) {
        this(member, prefixLength, DhcpMode.SERVER, List.of(new Range(rangeStart, rangeEnd)), Reservations.NONE, router, nameServers);
    }

    /// A network with a DHCP server of the site's own.
    public static Subnet proxied(Inet4Address member, int prefixLength) {
        return new Subnet(member, prefixLength, DhcpMode.PROXY, List.of(), Reservations.NONE, Optional.empty(), List.of());
    }

    /// From `first` to `last`, both of which are in it.
    public record Range(Inet4Address first, Inet4Address last) {
        public Range {
            if (Integer.compareUnsigned(toInt(first), toInt(last)) > 0) {
                throw new IllegalArgumentException("DHCP range starts at " + first.getHostAddress() + ", after its end " + last.getHostAddress());
            }
        }

        boolean holds(Inet4Address address) {
            int value = toInt(address);
            return Integer.compareUnsigned(value, toInt(first)) >= 0 && Integer.compareUnsigned(value, toInt(last)) <= 0;
        }

        int size() {
            return toInt(last) - toInt(first) + 1;
        }

        @Override
        public String toString() {
            return first.getHostAddress() + "-" + last.getHostAddress();
        }
    }

    public boolean proxied() {
        return mode == DhcpMode.PROXY;
    }

    public boolean contains(Inet4Address address) {
        int mask = maskBits(prefixLength);
        return (toInt(address) & mask) == (toInt(member) & mask);
    }

    boolean overlaps(Subnet other) {
        return contains(other.member) || other.contains(member);
    }

    /// As `172.22.0.0/24`.
    public String network() {
        return toAddress(toInt(member) & maskBits(prefixLength)).getHostAddress() + "/" + prefixLength;
    }

    public boolean inRange(Inet4Address address) {
        return ranges.stream().anyMatch(range -> range.holds(address));
    }

    /// Whether this MAC may have it: reserved for it, or for all and not reserved for another.
    public boolean isFor(MacAddress mac, Inet4Address address) {
        return reservations.of(mac).filter(address::equals).isPresent() || inRange(address) && !reservations.forAnother(address, mac);
    }

    /// How many addresses are in all ranges.
    public int rangeSize() {
        return ranges.stream().mapToInt(Range::size).sum();
    }

    /// The nth address of the ranges.
    public Inet4Address rangeAddress(int index) {
        int left = index;
        for (Range range : ranges) {
            if (left < range.size()) {
                return toAddress(toInt(range.first()) + left);
            }
            left -= range.size();
        }
        throw new IndexOutOfBoundsException("address " + index + " of " + rangeSize());
    }

    public Inet4Address mask() {
        return toAddress(maskBits(prefixLength));
    }

    public Inet4Address broadcast() {
        return toAddress(toInt(member) | ~maskBits(prefixLength));
    }

    private static int maskBits(int prefixLength) {
        return -1 << (32 - prefixLength);
    }

    static int toInt(Inet4Address address) {
        byte[] bytes = address.getAddress();
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    static Inet4Address toAddress(int bits) {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
