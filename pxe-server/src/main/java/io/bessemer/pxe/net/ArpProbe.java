package io.bessemer.pxe.net;

import io.bessemer.core.node.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one network who uses an address, by ARP probes as in RFC 5227 §2.1.1, which tell nobody a wrong address of ours. Listens on a thread of its own.
public final class ArpProbe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ArpProbe.class);
    private static final int FRAME = 60; // the shortest of Ethernet, without its checksum
    private static final int SHORTEST = 42; // Ethernet's header and ARP for IPv4
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int REQUEST = 1;

    private final String device;
    private final Map<Inet4Address, CompletableFuture<MacAddress>> asked = new ConcurrentHashMap<>();
    private byte[] own;
    private byte[] socketAddress;
    private PacketListener socket;

    public ArpProbe(String device) {
        this.device = device;
    }

    /// @throws LinuxException when a packet socket is not permitted
    /// @throws IOException    when there is no such interface, or it is none of Ethernet
    public void start() throws LinuxException, IOException {
        NetworkInterface networkInterface = NetworkInterface.getByName(device);
        own = networkInterface == null ? null : networkInterface.getHardwareAddress();
        if (own == null || own.length != 6) {
            throw new IOException("there is no Ethernet interface " + device);
        }
        // struct sockaddr_ll
        socketAddress = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()).putShort((short) Linux.AF_PACKET).putShort(Linux.networkOrder(ETHERTYPE_ARP))
                .putInt(networkInterface.getIndex()).putShort((short) 1).put((byte) 0).put((byte) 6).put(new byte[] {-1, -1, -1, -1, -1, -1}).array();
        int descriptor = Linux.socket(Linux.AF_PACKET, Linux.SOCK_RAW_CLOEXEC, Linux.networkOrder(ETHERTYPE_ARP) & 0xffff);
        try {
            Linux.bind(descriptor, socketAddress);
        } catch (LinuxException failure) {
            Linux.close(descriptor);
            throw failure;
        }
        socket = PacketListener.start("arp-probe-" + device, descriptor, this::heard,
                failure -> log.atDebug().addKeyValue("interface", device).addKeyValue("reason", failure.getMessage()).log("ARP could not be heard"));
    }

    /// Asks twice, and waits up to `patience`.
    public Optional<MacAddress> userOf(Inet4Address address, Duration patience) {
        CompletableFuture<MacAddress> answer = asked.computeIfAbsent(address, _ -> new CompletableFuture<>());
        try {
            for (int i = 0; i < 2; i++) {
                socket.send(probe(address), socketAddress);
                try {
                    return Optional.of(answer.get(patience.toNanos() / 2, TimeUnit.NANOSECONDS));
                } catch (TimeoutException silence) {
                    // once more, or nobody
                }
            }
        } catch (LinuxException notSent) {
            log.atDebug().addKeyValue("interface", device).addKeyValue("reason", notSent.getMessage()).log("An ARP probe could not be sent");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } finally {
            asked.remove(address, answer);
        }
        return Optional.empty();
    }

    private byte[] probe(Inet4Address address) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME).put(new byte[] {-1, -1, -1, -1, -1, -1}).put(own).putShort((short) ETHERTYPE_ARP);
        frame.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4).putShort((short) REQUEST);
        frame.put(own).putInt(0).put(new byte[6]).put(address.getAddress()); // no sender address: what makes it a probe
        return frame.array();
    }

    /// Whoever names an address as its own, in a request or in a reply, uses it.
    private void heard(byte[] frame, int length) {
        if (length < SHORTEST || asked.isEmpty()) {
            return;
        }
        CompletableFuture<MacAddress> waiting = asked.get(sender(frame));
        if (waiting != null) {
            waiting.complete(MacAddress.of(Arrays.copyOfRange(frame, 22, 28)));
        }
    }

    private static Inet4Address sender(byte[] frame) {
        try {
            return (Inet4Address) InetAddress.getByAddress(Arrays.copyOfRange(frame, 28, 32));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // four bytes are an address
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
