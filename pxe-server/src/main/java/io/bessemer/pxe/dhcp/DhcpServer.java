package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.Closing;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.net.ArpTable;
import io.bessemer.pxe.net.LinuxException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DHCP on one interface: a socket on port 67 that is bound to the device, so that it hears only that network's broadcasts and its own leave
/// by it.
///
/// A client that did not set the broadcast flag gets a unicast, by way of an entry in the kernel's ARP table, as other servers do it. Where that
/// is not permitted the answer is broadcast, which all firmware that we captured takes too.
public final class DhcpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DhcpServer.class);
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    /// a rack that powers on at once: some hundred messages; the kernel gives at most `net.core.rmem_max`
    private static final int RECEIVE_BUFFER = 1 << 20;
    /// more does not fit a frame, and firmware sends no fragments
    private static final int LONGEST_MESSAGE = 1500;
    private static final int INTERFACE_NAME_SIZE = 16;
    private static final RawUnixChannelOption BIND_TO_DEVICE = new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, INTERFACE_NAME_SIZE);

    private final PxeSettings settings;
    private final PxeSettings.Interface on;
    private final DhcpDecisions decisions;
    private final HandOver handOver;
    private final PxeCounters counters;
    private final IntSupplier httpPort;
    private final DhcpSender sender;
    private final AtomicBoolean arpWarned = new AtomicBoolean();
    private Channel channel;

    /// @param httpPort where the content server listens, once both are started
    public DhcpServer(PxeSettings settings, PxeSettings.Interface on, DhcpDecisions decisions, HandOver handOver, PxeCounters counters, IntSupplier httpPort) {
        this.settings = settings;
        this.on = on;
        this.decisions = decisions;
        this.handOver = handOver;
        this.counters = counters;
        this.httpPort = httpPort;
        this.sender = new DhcpSender(counters);
    }

    /// @throws Exception what the kernel said when the socket was made, bound to the device or to the port
    public void bind(EventLoopGroup loops, Class<? extends DatagramChannel> type) throws Exception {
        boolean toDevice = !settings.replyToSource() && !on.name().isEmpty();
        var bootstrap = new Bootstrap().group(loops).channel(type).option(ChannelOption.SO_BROADCAST, true).option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER).handler(new DhcpReceiver(counters, (message, source) -> handOver.submit(() -> answer(message, source))));
        if (EpollDatagramChannel.class.isAssignableFrom(type)) { // several messages by one system call
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LONGEST_MESSAGE);
        }
        channel = bootstrap.register().sync().channel();
        try {
            if (toDevice) {
                if (!(channel instanceof EpollDatagramChannel)) {
                    throw new IllegalStateException("binding to the device " + on.name() + " needs Netty's epoll transport");
                }
                ByteBuffer name = ByteBuffer.allocateDirect(INTERFACE_NAME_SIZE);
                name.put(0, on.name().getBytes(StandardCharsets.US_ASCII));
                channel.config().setOption(BIND_TO_DEVICE, name);
            }
            channel.bind(toDevice ? new InetSocketAddress(DhcpMessage.NO_ADDRESS, settings.dhcpPort()) : new InetSocketAddress(on.address(), settings.dhcpPort())).sync();
        } catch (Exception failure) {
            channel.close();
            throw failure;
        }
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        if (channel != null) {
            Closing.await(channel.close());
        }
    }

    private void answer(DhcpMessage message, InetSocketAddress source) {
        decisions.answer(message, on, httpPort.getAsInt())
                .ifPresent(reply -> sender.send(channel, message, reply, settings.replyToSource() ? source : destination(message, reply)));
    }

    /// Asks this network for other DHCP servers; [DhcpDecisions] hears what they answer.
    public void lookForOthers() {
        DhcpMessage probe = DhcpDecisions.probe(on, ThreadLocalRandom.current().nextInt());
        ByteBuf out = channel.alloc().buffer(512);
        probe.encode(out);
        sender.send(channel, out, probe, new InetSocketAddress(DhcpMessage.EVERYONE, settings.dhcpPort()));
    }

    private InetSocketAddress destination(DhcpMessage message, DhcpMessage reply) {
        return switch (ReplyRoute.of(message, reply)) {
            case ReplyRoute.ToRelay(var relay) -> new InetSocketAddress(relay, settings.dhcpPort());
            case ReplyRoute.ToClient(var address) -> new InetSocketAddress(address, settings.dhcpClientPort());
            case ReplyRoute.ToNewClient(var address) -> new InetSocketAddress(introduced(address, reply) ? address : DhcpMessage.EVERYONE, settings.dhcpClientPort());
            case ReplyRoute.ToEveryone() -> new InetSocketAddress(DhcpMessage.EVERYONE, settings.dhcpClientPort());
        };
    }

    private boolean introduced(Inet4Address address, DhcpMessage reply) {
        if (!(channel instanceof EpollDatagramChannel epoll) || on.name().isEmpty()) {
            return false;
        }
        try {
            ArpTable.put(epoll.fd().intValue(), address, reply.mac(), on.name());
            return true;
        } catch (LinuxException notPermitted) {
            if (arpWarned.compareAndSet(false, true)) {
                log.atInfo().addKeyValue("interface", on.name()).addKeyValue("reason", notPermitted.getMessage()).log("DHCP answers are broadcast, as the ARP table may not be written");
            }
            return false;
        }
    }
}
