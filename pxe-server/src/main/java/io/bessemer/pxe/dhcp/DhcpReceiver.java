package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.PxeCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What comes in at one of DHCP's ports: decoded, counted, and no more of one machine than [StormGuard] admits.
final class DhcpReceiver extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final Logger log = LoggerFactory.getLogger(DhcpReceiver.class);

    private final PxeCounters counters;
    private final StormGuard guard = new StormGuard(System::nanoTime);
    private final BiConsumer<DhcpMessage, InetSocketAddress> admitted;

    /// @param admitted takes a message and where it came from; called on the event loop
    DhcpReceiver(PxeCounters counters, BiConsumer<DhcpMessage, InetSocketAddress> admitted) {
        this.counters = counters;
        this.admitted = admitted;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        DhcpMessage message;
        try {
            message = DhcpMessage.decode(packet.content());
        } catch (DecodeException malformed) {
            counters.increment("dhcp.malformed");
            log.atDebug().addKeyValue("from", packet.sender()).addKeyValue("reason", malformed.getMessage()).log("Dropped a malformed DHCP message");
            return;
        }
        if (!guard.admits(message.mac())) {
            counters.increment("dhcp.storm");
            return;
        }
        admitted.accept(message, packet.sender());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.increment("dhcp.faults");
        log.atWarn().addKeyValue("port", context.channel().localAddress()).addKeyValue("reason", cause.toString()).log("DHCP socket reported an error");
    }
}
