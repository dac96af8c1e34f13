package io.bessemer.conductor.console;

import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.SerialConsole.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The open line of one node: what it says goes to every watcher, and its end is kept for those who come later.
final class NodeConsole implements SerialConsole.Watcher {
    private static final int SCROLLBACK = 64 << 10;

    private final List<Tap> taps = new CopyOnWriteArrayList<>();
    private final SecretMask mask = new SecretMask();
    private final Runnable unavailable;
    private byte[] scrollback = {};
    private State state = State.CONNECTING;
    private String why = "";
    private volatile SerialConsole.Line line;

    /// @param unavailable runs when the line will never be there; on a thread that must not be kept
    NodeConsole(Runnable unavailable) {
        this.unavailable = unavailable;
    }

    /// In the place of the one before.
    void line(SerialConsole.Line opened) {
        SerialConsole.Line before = line;
        line = opened;
        if (before != null) {
            before.close();
        }
    }

    @Override
    public synchronized void text(byte[] bytes) {
        pass(mask.pass(bytes));
    }

    private void pass(byte[] text) {
        int keep = Math.min(scrollback.length, Math.max(0, SCROLLBACK - text.length));
        byte[] all = Arrays.copyOf(Arrays.copyOfRange(scrollback, scrollback.length - keep, scrollback.length), keep + Math.min(text.length, SCROLLBACK));
        System.arraycopy(text, Math.max(0, text.length - SCROLLBACK), all, keep, all.length - keep);
        scrollback = all;
        taps.forEach(tap -> tap.offer(text));
    }

    @Override
    public void state(State now, String reason) {
        synchronized (this) {
            boolean again = state == State.LOST && now == State.CONNECTING; // told already
            state = again ? State.LOST : now;
            why = again ? why : reason;
            switch (now) {
                case CONNECTING -> { }
                case CONNECTED -> mark("console connected" + (reason.isEmpty() ? "" : ", " + reason));
                case LOST -> mark("console lost: " + reason);
                case UNAVAILABLE -> mark("no console: " + reason);
            }
            notifyAll();
        }
        if (now == State.UNAVAILABLE) {
            unavailable.run();
        }
    }

    /// What is said beside the machine's own text.
    void mark(String text) {
        byte[] marked = "\r\n[%s]\r\n".formatted(text).getBytes(StandardCharsets.UTF_8);
        synchronized (this) {
            pass(marked);
        }
    }

    synchronized State state() {
        return state;
    }

    /// Why it is in its state; empty when it is connected.
    synchronized String why() {
        return why;
    }

    /// Waits until it is clear whether there is a console, or for some time.
    synchronized State settled(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (state == State.CONNECTING && deadline - System.nanoTime() > 0) {
            wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
        return state;
    }

    /// @param history begins with the end of what was said before
    synchronized Tap watch(int most, boolean history, Runnable closing) {
        Tap[] tap = new Tap[1];
        tap[0] = new Tap(most, () -> {
            taps.remove(tap[0]);
            closing.run();
        });
        if (history) {
            tap[0].offer(scrollback);
        }
        taps.add(tap[0]);
        return tap[0];
    }

    boolean type(byte[] text) {
        SerialConsole.Line open = line;
        return open != null && open.write(text);
    }

    void sendBreak() {
        SerialConsole.Line open = line;
        if (open != null) {
            open.sendBreak();
        }
    }

    void close() {
        SerialConsole.Line open = line;
        if (open != null) {
            open.close();
        }
        taps.forEach(Tap::end);
    }
}
