package io.bessemer.conductor.console;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// What waits for one watcher of a console. Whoever fills it never waits: of a watcher that reads too slowly the oldest text is lost,
/// and a mark says so.
public final class Tap implements AutoCloseable {
    private final int most;
    private final Runnable closing;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int bytes;
    private long lost;
    private boolean closed;

    /// @param most    bytes that may wait
    /// @param closing runs when the watcher leaves
    Tap(int most, Runnable closing) {
        this.most = most;
        this.closing = closing;
    }

    synchronized void offer(byte[] text) {
        if (closed || text.length == 0) {
            return;
        }
        waiting.add(text);
        bytes += text.length;
        while (bytes > most && waiting.size() > 1) {
            byte[] oldest = waiting.remove();
            bytes -= oldest.length;
            lost += oldest.length;
        }
        notifyAll();
    }

    /// The next text; empty when none came in time, null after the end.
    public synchronized byte[] take(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (waiting.isEmpty() && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return new byte[0];
            }
            wait(Math.max(1, left / 1_000_000));
        }
        if (lost > 0) {
            byte[] mark = "\r\n[%d bytes were lost here: they came faster than they were read]\r\n".formatted(lost).getBytes(StandardCharsets.US_ASCII);
            lost = 0;
            return mark;
        }
        byte[] next = waiting.poll();
        if (next != null) {
            bytes -= next.length;
        }
        return next;
    }

    /// What waits is still given out.
    synchronized void end() {
        closed = true;
        notifyAll();
    }

    @Override
    public void close() {
        end();
        closing.run();
    }
}
