package io.bessemer.pxe;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// An IPv4 network and the range of it that DHCP gives away.
///
/// @param member any address in the network
public record Subnet(Inet4Address member, int prefixLength, Inet4Address rangeStart, Inet4Address rangeEnd, Optional<Inet4Address> router, List<Inet4Address> nameServers) {
    public Subnet {
        nameServers = List.copyOf(nameServers);
        if (prefixLength < 8 || prefixLength > 30) {
            throw new IllegalArgumentException("subnet prefix length " + prefixLength + " is not in 8..30");
        }
        int mask = maskBits(prefixLength);
        for (Inet4Address end : List.of(rangeStart, rangeEnd)) {
            if ((toInt(end) & mask) != (toInt(member) & mask)) {
                throw new IllegalArgumentException("DHCP range address " + end.getHostAddress() + " is not in " + member.getHostAddress() + "/" + prefixLength);
            }
        }
        if (Integer.compareUnsigned(toInt(rangeStart), toInt(rangeEnd)) > 0) {
            throw new IllegalArgumentException("DHCP range starts at " + rangeStart.getHostAddress() + ", after its end " + rangeEnd.getHostAddress());
        }
    }

    public boolean contains(Inet4Address address) {
        int mask = maskBits(prefixLength);
        return (toInt(address) & mask) == (toInt(member) & mask);
    }

    boolean overlaps(Subnet other) {
        return contains(other.member) || other.contains(member);
    }

    /// As `172.22.0.0/24`.
    String network() {
        return toAddress(toInt(member) & maskBits(prefixLength)).getHostAddress() + "/" + prefixLength;
    }

    public boolean inRange(Inet4Address address) {
        int value = toInt(address);
        return Integer.compareUnsigned(value, toInt(rangeStart)) >= 0 && Integer.compareUnsigned(value, toInt(rangeEnd)) <= 0;
    }

    public int rangeSize() {
        return toInt(rangeEnd) - toInt(rangeStart) + 1;
    }

    /// The nth address of the range.
    public Inet4Address rangeAddress(int index) {
        return toAddress(toInt(rangeStart) + index);
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
