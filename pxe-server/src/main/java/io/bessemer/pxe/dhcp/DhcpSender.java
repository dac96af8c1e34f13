package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
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

    /// @param limit bytes that whoever it goes to takes
    record Packet(DhcpMessage message, int limit, InetSocketAddress to) {
        static Packet of(DhcpMessage request, DhcpMessage reply, InetSocketAddress to) {
            return new Packet(reply, DhcpSender.limit(request), to);
        }
    }

    private final Seldom warning = new Seldom();
    private final PxeCounters counters;

    DhcpSender(PxeCounters counters) {
        this.counters = counters;
    }

    /// Bytes of an answer: option 57 counts the headers of IP and UDP too.
    static int limit(DhcpMessage request) {
        return Math.clamp(request.options().unsignedShort(DhcpOption.MAXIMUM_MESSAGE_SIZE).orElse(SHORTEST), SHORTEST, LONGEST) - IP_AND_UDP;
    }

    /// Answers of a group leave by one system call. Never blocks.
    void send(Channel channel, List<Packet> packets) {
        try {
            channel.eventLoop().execute(() -> {
                packets.forEach(packet -> write(channel, packet));
                channel.flush();
            });
        } catch (RejectedExecutionException closed) {
            counters.add("dhcp.unsent", packets.size());
        }
    }

    private void write(Channel channel, Packet packet) {
        DhcpMessage message = packet.message;
        ByteBuf out = channel.alloc().buffer(512);
        List<Integer> leftOut = message.encode(out, packet.limit);
        if (!leftOut.isEmpty()) {
            counters.increment("dhcp.options-left-out");
            if (warning.now("options")) {
                log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("options", leftOut).addKeyValue("bytes", packet.limit).log("A DHCP answer has no room for these options");
            }
        }
        channel.write(new DatagramPacket(out, packet.to)).addListener(done -> {
            if (!done.isSuccess()) {
                counters.increment("dhcp.unsent");
                if (warning.now("unsent")) {
                    log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("to", packet.to).addKeyValue("reason", done.cause().toString()).log("A DHCP message could not be sent");
                }
            }
        });
    }
}
