package io.bessemer.ipmi.session;

import io.bessemer.ipmi.session.Timers.Timer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/// Sends a packet until it is stopped or has been sent often enough, with doubling pauses that differ a little from one to the
/// next, so that many BMCs behind one lost switch are not asked in step. Belongs to one event loop.
final class Transmission {
    /// What a transmission does outside.
    interface Port {
        void send(byte[] packet, boolean again);
    }

    private final Timers timers;
    private final Timer timer = new Timer(this::next);
    private final Port port;
    private final IntFunction<byte[]> packets;
    private final int sends;
    private final long longestNanos;
    private final Runnable silence;
    private long pauseNanos;
    private int sent;
    private boolean stopped;

    /// @param packets the packet to send as the n-th, from 0
    /// @param silence runs once, after the last pause
    Transmission(Timers timers, Port port, IntFunction<byte[]> packets, int sends, long pauseNanos, long longestNanos, Runnable silence) {
        this.timers = timers;
        this.port = port;
        this.packets = packets;
        this.sends = sends;
        this.pauseNanos = pauseNanos;
        this.longestNanos = Math.max(longestNanos, pauseNanos);
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
        timers.set(timer, (long) (pauseNanos * (0.9 + 0.2 * ThreadLocalRandom.current().nextDouble())));
        pauseNanos = Math.min(2 * pauseNanos, longestNanos);
    }

    /// Sends nothing more, and waits for one pause.
    void await(long nanos) {
        sent = sends;
        timers.set(timer, nanos);
    }

    void stop() {
        stopped = true;
        timers.stop(timer);
    }
}
