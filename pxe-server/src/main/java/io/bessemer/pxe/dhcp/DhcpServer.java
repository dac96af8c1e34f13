package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.Closing;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.net.ArpTable;
import io.bessemer.pxe.net.LinuxException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
public final class DhcpServer implements AutoCloseable, DhcpWork.Door {
    private static final Logger log = LoggerFactory.getLogger(DhcpServer.class);
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MEMINFO = 55;
    /// of what SO_MEMINFO fills in, 32 bits each: SK_MEMINFO_DROPS of linux/sock_diag.h
    private static final int DROPS_AT = 8 * Integer.BYTES;
    /// a rack that powers on at once, while we are kept from a processor: some thousand messages, each of which the kernel counts with 1 to 2 KB
    private static final int RECEIVE_BUFFER = 4 << 20;
    /// more does not fit a frame, and firmware sends no fragments
    private static final int LONGEST_MESSAGE = 1500;
    private static final int INTERFACE_NAME_SIZE = 16;
    /// beyond `net.core.rmem_max`, which is a twentieth of ours by default; needs CAP_NET_ADMIN
    private static final IntegerUnixChannelOption FORCED_RECEIVE_BUFFER = new IntegerUnixChannelOption("SO_RCVBUFFORCE", SOL_SOCKET, SO_RCVBUFFORCE);
    private static final RawUnixChannelOption MEMORY = new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, DROPS_AT + Integer.BYTES);
    private static final RawUnixChannelOption BIND_TO_DEVICE = new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, INTERFACE_NAME_SIZE);

    private final PxeSettings settings;
    private final PxeSettings.Interface on;
    private final DhcpDecisions decisions;
    private final DhcpWork work;
    private final PxeCounters counters;
    private final IntSupplier httpPort;
    private final DhcpSender sender;
    private final AtomicBoolean arpWarned = new AtomicBoolean();
    private Channel channel;
    private long overrunsTold;

    /// @param httpPort where the content server listens, once both are started
    public DhcpServer(PxeSettings settings, PxeSettings.Interface on, DhcpDecisions decisions, DhcpWork work, PxeCounters counters, IntSupplier httpPort) {
        this.settings = settings;
        this.on = on;
        this.decisions = decisions;
        this.work = work;
        this.counters = counters;
        this.httpPort = httpPort;
        this.sender = new DhcpSender(counters);
    }

    /// @throws Exception what the kernel said when the socket was made, bound to the device or to the port
    public void bind(EventLoopGroup loops, Class<? extends DatagramChannel> type) throws Exception {
        boolean toDevice = !settings.replyToSource() && !on.name().isEmpty();
        var bootstrap = new Bootstrap().group(loops).channel(type).option(ChannelOption.SO_BROADCAST, true).option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .handler(new DhcpReceiver(counters, (message, source) -> work.ask(this, message, source)));
        if (EpollDatagramChannel.class.isAssignableFrom(type)) { // several messages by one system call
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LONGEST_MESSAGE);
        }
        channel = bootstrap.register().sync().channel();
        try {
            enlargeReceiveBuffer();
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

    private void enlargeReceiveBuffer() {
        if (!(channel instanceof EpollDatagramChannel epoll)) {
            return;
        }
        try {
            epoll.config().setOption(FORCED_RECEIVE_BUFFER, RECEIVE_BUFFER);
        } catch (ChannelException notPermitted) {
            int given = epoll.config().getReceiveBufferSize() / 2; // the kernel tells twice of what it was asked for
            if (given < RECEIVE_BUFFER) {
                log.atWarn().addKeyValue("interface", on.name()).addKeyValue("bytes", given)
                        .log("A storm of DHCP messages may overrun the socket: its buffer is small; grant CAP_NET_ADMIN, or: sysctl net.core.rmem_max=" + RECEIVE_BUFFER);
            }
        }
    }

    /// Messages that the kernel dropped since the start, as they came faster than we read them; 0 where it does not tell.
    public long overruns() {
        if (!(channel instanceof EpollDatagramChannel epoll) || !epoll.isOpen()) {
            return 0;
        }
        ByteBuffer memory = epoll.config().getOption(MEMORY);
        return memory == null ? 0 : Integer.toUnsignedLong(memory.order(ByteOrder.nativeOrder()).getInt(DROPS_AT));
    }

    /// Warns when there are more [#overruns] than at the last look. Called by one thread at a time.
    public void tellOverruns() {
        long now = overruns();
        if (now > overrunsTold) {
            log.atWarn().addKeyValue("interface", on.name()).addKeyValue("messages", now - overrunsTold)
                    .log("The kernel dropped DHCP messages, as they came faster than this process read them; machines ask again after seconds");
            overrunsTold = now;
        }
    }

    @Override
    public Decision decide(DhcpMessage message, InetSocketAddress source, boolean known) {
        return decisions.decide(message, on, httpPort.getAsInt(), known);
    }

    @Override
    public void send(List<DhcpWork.Answer> answers) {
        sender.send(channel, answers.stream().map(answer -> DhcpSender.Packet.of(answer.request(), answer.reply(),
                settings.replyToSource() ? answer.source() : destination(answer.request(), answer.reply()))).toList());
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

    /// Asks this network for other DHCP servers; [DhcpDecisions] hears what they answer.
    public void lookForOthers() {
        DhcpMessage probe = DhcpDecisions.probe(on, ThreadLocalRandom.current().nextInt());
        sender.send(channel, List.of(DhcpSender.Packet.of(probe, probe, new InetSocketAddress(DhcpMessage.EVERYONE, settings.dhcpPort()))));
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
