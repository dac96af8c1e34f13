package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends answers, no longer than the client takes.
final class DhcpSender {
    private static final Logger log = LoggerFactory.getLogger(DhcpSender.class);
    /// RFC 2132 §9.10: what every client takes
    private static final int SHORTEST = 576;
    /// whatever a client says it takes: no fragments, which firmware may not join
    private static final int LONGEST = 1500;
    private static final int IP_AND_UDP = 28;

    private final Seldom warning = new Seldom();
    private final PxeCounters counters;

    DhcpSender(PxeCounters counters) {
        this.counters = counters;
    }

    /// Bytes of an answer: option 57 counts the headers of IP and UDP too.
    static int limit(DhcpMessage request) {
        return Math.clamp(request.options().unsignedShort(DhcpOption.MAXIMUM_MESSAGE_SIZE).orElse(SHORTEST), SHORTEST, LONGEST) - IP_AND_UDP;
    }

    void send(Channel channel, DhcpMessage request, DhcpMessage reply, InetSocketAddress to) {
        ByteBuf out = channel.alloc().buffer(512);
        List<Integer> leftOut = reply.encode(out, limit(request));
        if (!leftOut.isEmpty()) {
            counters.increment("dhcp.options-left-out");
            if (warning.now("options")) {
                log.atWarn().addKeyValue("mac", reply.mac()).addKeyValue("options", leftOut).addKeyValue("bytes", limit(request)).log("A DHCP answer has no room for these options");
            }
        }
        send(channel, out, reply, to);
    }

    void send(Channel channel, ByteBuf out, DhcpMessage message, InetSocketAddress to) {
        channel.writeAndFlush(new DatagramPacket(out, to)).addListener(done -> {
            if (!done.isSuccess()) {
                counters.increment("dhcp.unsent");
                if (warning.now("unsent")) {
                    log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("to", to).addKeyValue("reason", done.cause().toString()).log("A DHCP message could not be sent");
                }
            }
        });
    }
}
