package io.bessemer.pxe;

import io.bessemer.core.fault.Failure;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where work leaves an event loop: each task gets a virtual thread, as long as there are fewer than `limit` of them.
/// Beyond that a task is dropped and counted, because every client of these protocols asks again.
public final class HandOver {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);

    private final String name;
    private final Semaphore room;
    private final ThreadFactory threads;
    private final PxeCounters counters;

    public HandOver(String name, int limit, PxeCounters counters) {
        this.name = name;
        this.room = new Semaphore(limit);
        this.threads = Thread.ofVirtual().name(name + "-task").factory();
        this.counters = counters;
    }

    /// Never blocks.
    ///
    /// @return false when there is no room and the task was dropped
    public boolean submit(Runnable task) {
        if (!room.tryAcquire()) {
            counters.increment(name + ".dropped");
            return false;
        }
        threads.newThread(() -> {
            try {
                task.run();
            } catch (Failure refused) { // the disk is full, or so: its words say all
                counters.increment(name + ".faults");
                log.atWarn().addKeyValue("server", name).addKeyValue("reason", refused.getMessage()).log("A request could not be answered");
            } catch (RuntimeException fault) {
                counters.increment(name + ".faults");
                log.atError().setCause(fault).addKeyValue("server", name).log("A request could not be answered");
            } finally {
                room.release();
            }
        }).start();
        return true;
    }
}
