package io.bessemer.ipmi.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;

/// An event loop with its one socket, its timers, and the pace at which its BMCs are asked. But for [#loop], everything belongs to the loop.
///
/// Packets are written as they come and leave together (`sendmmsg`), once the loop has done what it had to do.
final class Lane {
    private static final int LARGEST_BATCH = 64;
    /// what a small datagram takes of the kernel's receive buffer, rounded up
    private static final int BUFFER_EACH = 2048;
    private static final int FEWEST_ASKED = 64;
    private static final int MOST_ASKED = 1024;

    private final Channel channel;
    private final EventLoop loop;
    private final Timers timers;
    private final SecureRandom random;
    private final int mostAsked;
    private final Deque<BmcLink> waiting = new ArrayDeque<>();
    private int asked;
    private int unflushed;
    private boolean flushPending;
    private boolean reading;

    Lane(Channel channel) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.timers = new Timers(loop);
        this.random = new PooledRandom();
        int buffer = channel.config().getOption(ChannelOption.SO_RCVBUF);
        this.mostAsked = Math.clamp(buffer / BUFFER_EACH, FEWEST_ASKED, MOST_ASKED);
    }

    EventLoop loop() {
        return loop;
    }

    Channel channel() {
        return channel;
    }

    Timers timers() {
        return timers;
    }

    SecureRandom random() {
        return random;
    }

    // --- packets

    void send(InetSocketAddress address, byte[] packet) {
        ByteBuf buffer = channel.alloc().directBuffer(packet.length).writeBytes(packet);
        channel.write(new DatagramPacket(buffer, address), channel.voidPromise());
        if (++unflushed >= LARGEST_BATCH) {
            flush();
        } else if (!reading && !flushPending) {
            flushPending = true;
            loop.execute(this::flush);
        }
    }

    /// Datagrams come in: what they make us send can wait until the last of them.
    void readBegins() {
        reading = true;
    }

    void readEnds() {
        reading = false;
        flush();
    }

    private void flush() {
        flushPending = false;
        if (unflushed > 0) {
            unflushed = 0;
            channel.flush();
        }
    }

    // --- pace

    /// Whether a BMC may be asked now in the background. Answers to all at once would overflow the socket's buffer, and a poll is not worth that. One that
    /// may not is told by [BmcLink#turn] when it may.
    boolean ask(BmcLink link) {
        if (asked < mostAsked) {
            asked++;
            return true;
        }
        waiting.addLast(link);
        return false;
    }

    /// A BMC that was asked has answered, or has been silent for so long that nothing of it can lie in a buffer.
    void asked() {
        BmcLink next = waiting.pollFirst();
        if (next == null) {
            asked--;
            return;
        }
        loop.execute(next::turn); // not from inside another link's work
    }
}
