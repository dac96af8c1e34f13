package io.bessemer.pxe;

import io.bessemer.core.fault.Failure;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where work leaves an event loop: each task gets a virtual thread, as long as there are fewer than `limit` of them.
/// Beyond that some wait in the order in which they came, for protocols whose clients do not ask again; what finds no room to wait either is
/// dropped and counted.
public final class HandOver {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);

    private final String name;
    private final int limit;
    private final int mostWaiting;
    private final ThreadFactory threads;
    private final PxeCounters counters;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    /// @param mostWaiting 0 when a client that hears nothing asks again
    public HandOver(String name, int limit, int mostWaiting, PxeCounters counters) {
        this.name = name;
        this.limit = limit;
        this.mostWaiting = mostWaiting;
        this.threads = Thread.ofVirtual().name(name + "-task").factory();
        this.counters = counters;
    }

    /// Never blocks.
    ///
    /// @return false when there is no room and the task was dropped
    public boolean submit(Runnable task) {
        synchronized (waiting) {
            if (running == limit) {
                if (waiting.size() == mostWaiting) {
                    counters.increment(name + ".dropped");
                    return false;
                }
                counters.increment(name + ".waited");
                waiting.add(task);
                return true;
            }
            running++;
        }
        threads.newThread(() -> {
            for (Runnable next = task; next != null; next = next()) {
                run(next);
            }
        }).start();
        return true;
    }

    private Runnable next() {
        synchronized (waiting) {
            Runnable next = waiting.poll();
            if (next == null) {
                running--;
            }
            return next;
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) { // its place must become free
            fault(fault);
        }
    }

    /// Counts and tells what kept a request from being answered.
    public void fault(Throwable fault) {
        counters.increment(name + ".faults");
        if (fault instanceof Failure refused) { // the disk is full, or so: its words say all
            log.atWarn().addKeyValue("server", name).addKeyValue("reason", refused.getMessage()).log("A request could not be answered");
            return;
        }
        log.atError().setCause(fault).addKeyValue("server", name).log("A request could not be answered");
    }
}
