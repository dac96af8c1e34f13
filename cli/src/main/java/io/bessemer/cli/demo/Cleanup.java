package io.bessemer.cli.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/// What is to be closed, in reverse order, when a demo or a test ends in whatever way, Ctrl-C included.
public final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAll, "cleanup");
    private volatile boolean closing;

    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Hands back what it was given, so that opening and noting are one line. Once closing has begun, it closes at once.
    public synchronized <T extends AutoCloseable> T add(T resource) throws Exception {
        if (closing) {
            resource.close();
            throw new InterruptedException();
        }
        opened.push(resource);
        return resource;
    }

    boolean closing() {
        return closing;
    }

    private void closeAll() {
        closing = true;
        synchronized (this) {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (Exception e) {
                    System.err.println("bessemer: while cleaning up: " + e.getMessage());
                }
            }
        }
    }

    @Override
    public void close() {
        closeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process ends already
        }
    }
}
