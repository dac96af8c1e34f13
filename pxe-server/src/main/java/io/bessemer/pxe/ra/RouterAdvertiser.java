package io.bessemer.pxe.ra;

import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.net.Linux;
import io.bessemer.pxe.net.LinuxException;
import io.bessemer.pxe.net.PacketListener;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers router solicitations on one interface, on a thread of its own. Needs CAP_NET_RAW and IPv6 on the interface; without them boots are slower,
/// not broken.
public final class RouterAdvertiser implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterAdvertiser.class);
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int ICMP6_FILTER = 1;
    private static final byte[] ALL_NODES = multicast(1);
    private static final byte[] ALL_ROUTERS = multicast(2);

    private final String device;
    private final PxeCounters counters;
    private PacketListener socket;
    private int index;
    private byte[] advertisement;

    public RouterAdvertiser(String device, PxeCounters counters) {
        this.device = device;
        this.counters = counters;
    }

    /// @throws LinuxException when a raw socket is not permitted
    /// @throws IOException    when there is no such interface
    public void start() throws LinuxException, IOException {
        NetworkInterface networkInterface = NetworkInterface.getByName(device);
        if (networkInterface == null) {
            throw new IOException("there is no interface " + device);
        }
        index = networkInterface.getIndex();
        byte[] mac = networkInterface.getHardwareAddress();
        advertisement = new RouterAdvertisement(mac == null ? new byte[0] : mac).encode();
        int descriptor = Linux.socket(Linux.AF_INET6, Linux.SOCK_RAW_CLOEXEC, Linux.IPPROTO_ICMPV6);
        try {
            Linux.setOption(descriptor, Linux.SOL_SOCKET, Linux.SO_BINDTODEVICE, (device + "\0").getBytes(StandardCharsets.US_ASCII));
            Linux.setOption(descriptor, Linux.IPPROTO_ICMPV6, ICMP6_FILTER, onlySolicitations());
            // receivers drop anything that could have crossed a router, RFC 4861 §6.1.2
            Linux.setOption(descriptor, Linux.IPPROTO_IPV6, IPV6_UNICAST_HOPS, integers(255));
            Linux.setOption(descriptor, Linux.IPPROTO_IPV6, IPV6_MULTICAST_HOPS, integers(255));
            ByteBuffer group = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()).put(ALL_ROUTERS).putInt(index);
            Linux.setOption(descriptor, Linux.IPPROTO_IPV6, IPV6_JOIN_GROUP, group.array());
        } catch (LinuxException failure) {
            Linux.close(descriptor);
            throw failure;
        }
        socket = PacketListener.start("router-advertiser-" + device, descriptor, (packet, length) -> heard(descriptor, packet, length), failure -> {
            counters.increment("ra.faults");
            log.atDebug().addKeyValue("interface", device).addKeyValue("reason", failure.getMessage()).log("A router advertisement could not be sent");
        });
    }

    private void heard(int descriptor, byte[] packet, int length) throws LinuxException {
        if (length < 8 || (packet[0] & 0xff) != RouterAdvertisement.SOLICITATION_TYPE) {
            return;
        }
        counters.increment("ra.solicitation");
        // to all nodes, not to the one that asked: then no neighbour discovery comes first
        Linux.send(descriptor, advertisement, socketAddress(ALL_NODES));
        counters.increment("ra.advertisement");
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }

    /// struct icmp6_filter: a set bit blocks its type
    private static byte[] onlySolicitations() {
        int[] words = new int[8];
        Arrays.fill(words, -1);
        words[RouterAdvertisement.SOLICITATION_TYPE >> 5] &= ~(1 << (RouterAdvertisement.SOLICITATION_TYPE & 31));
        return integers(words);
    }

    /// struct sockaddr_in6
    private byte[] socketAddress(byte[] address) {
        return ByteBuffer.allocate(28).order(ByteOrder.nativeOrder()).putShort((short) Linux.AF_INET6).putShort((short) 0).putInt(0).put(address).putInt(index).array();
    }

    private static byte[] integers(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static byte[] multicast(int last) {
        byte[] address = new byte[16];
        address[0] = (byte) 0xff;
        address[1] = 2;
        address[15] = (byte) last;
        return address;
    }
}
