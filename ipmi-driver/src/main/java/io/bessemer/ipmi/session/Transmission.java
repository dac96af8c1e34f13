package io.bessemer.ipmi.session;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// Sends a packet until it is stopped or has been sent often enough, with doubling pauses that differ a little from one to the
/// next, so that many BMCs behind one lost switch are not asked in step. Belongs to one event loop.
final class Transmission {
    /// What a transmission does outside.
    interface Port {
        void send(byte[] packet, boolean again);
    }

    private final EventLoop loop;
    private final Port port;
    private final IntFunction<byte[]> packets;
    private final int sends;
    private final Duration longest;
    private final Runnable silence;
    private Duration pause;
    private int sent;
    private Future<?> timer;
    private boolean stopped;

    /// @param packets the packet to send as the n-th, from 0
    /// @param silence runs once, after the last pause
    Transmission(EventLoop loop, Port port, IntFunction<byte[]> packets, int sends, Duration pause, Duration longest, Runnable silence) {
        this.loop = loop;
        this.port = port;
        this.packets = packets;
        this.sends = sends;
        this.pause = pause;
        this.longest = longest.compareTo(pause) < 0 ? pause : longest;
        this.silence = silence;
    }

    void next() {
        if (stopped) {
            return;
        }
        if (sent == sends) {
            stopped = true;
            silence.run();
            return;
        }
        port.send(packets.apply(sent), sent > 0);
        sent++;
        long nanos = (long) (pause.toNanos() * (0.9 + 0.2 * ThreadLocalRandom.current().nextDouble()));
        timer = loop.schedule(this::next, nanos, TimeUnit.NANOSECONDS);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
