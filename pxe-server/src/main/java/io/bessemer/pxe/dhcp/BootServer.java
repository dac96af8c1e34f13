package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.Closing;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntSupplier;

/// PXE's port 4011 on one interface, for clients that have their address from the site's DHCP server. Answers go back to where the question came from.
public final class BootServer implements AutoCloseable, DhcpWork.Door {
    private final PxeSettings settings;
    private final PxeSettings.Interface on;
    private final DhcpDecisions decisions;
    private final DhcpWork work;
    private final PxeCounters counters;
    private final IntSupplier httpPort;
    private final DhcpSender sender;
    private Channel channel;

    /// @param httpPort where the content server listens, once both are started
    public BootServer(PxeSettings settings, PxeSettings.Interface on, DhcpDecisions decisions, DhcpWork work, PxeCounters counters, IntSupplier httpPort) {
        this.settings = settings;
        this.on = on;
        this.decisions = decisions;
        this.work = work;
        this.counters = counters;
        this.httpPort = httpPort;
        this.sender = new DhcpSender(counters);
    }

    /// @throws Exception what the kernel said
    public void bind(EventLoopGroup loops, Class<? extends DatagramChannel> type) throws Exception {
        channel = new Bootstrap().group(loops).channel(type).handler(new DhcpReceiver(counters, (message, source) -> work.ask(this, message, source))).bind(on.address(), settings.proxyPort()).sync().channel();
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

    @Override
    public Decision decide(DhcpMessage message, InetSocketAddress source, boolean known) {
        return source.getAddress() instanceof Inet4Address address ? decisions.decideBootServerRequest(message, address, on, httpPort.getAsInt(), known) : Decision.silence();
    }

    @Override
    public void send(List<DhcpWork.Answer> answers) {
        sender.send(channel, answers.stream().map(answer -> DhcpSender.Packet.of(answer.request(), answer.reply(), answer.source())).toList());
    }
}
