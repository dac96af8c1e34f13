package io.bessemer.pxe.net;

import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Tells the kernel which MAC an address has, so that a unicast reaches a client that does not answer ARP for its new address yet.
public final class ArpTable {
    private static final long SIOCSARP = 0x8955;
    private static final int ATF_COM = 2;
    private static final short AF_INET = 2;
    private static final short ARPHRD_ETHER = 1;

    private ArpTable() {}

    /// Needs CAP_NET_ADMIN.
    ///
    /// @param descriptor any IPv4 socket
    public static void put(int descriptor, Inet4Address address, MacAddress mac, String device) throws LinuxException {
        // struct arpreq: sockaddr protocol, sockaddr hardware, int flags, sockaddr netmask, char device[16]
        ByteBuffer request = ByteBuffer.allocate(68).order(ByteOrder.nativeOrder());
        request.putShort(0, AF_INET).put(4, address.getAddress());
        request.putShort(16, ARPHRD_ETHER).put(18, mac.bytes());
        request.putInt(32, ATF_COM);
        request.put(52, device.getBytes(StandardCharsets.US_ASCII));
        Linux.ioctl(descriptor, SIOCSARP, request.array());
    }
}
