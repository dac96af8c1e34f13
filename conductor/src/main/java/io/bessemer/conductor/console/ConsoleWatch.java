package io.bessemer.conductor.console;

import java.time.Duration;

/// One who looks in at a console, and may type.
public final class ConsoleWatch implements AutoCloseable {
    private final Tap tap;
    private final NodeConsole console;
    private boolean left;

    ConsoleWatch(Tap tap, NodeConsole console) {
        this.tap = tap;
        this.console = console;
    }

    /// The next text; empty when none came in time, null after the end.
    public byte[] take(Duration patience) throws InterruptedException {
        return tap.take(patience);
    }

    /// @return false when the line is not connected, or the machine takes nothing: it was dropped
    public boolean type(byte[] text) {
        return console.type(text);
    }

    public void sendBreak() {
        console.sendBreak();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
        }
        tap.close();
    }
}
