package io.bessemer.ipmi.session;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The pauses between packets of one event loop, of which nearly all are given up because the answer came. A wheel of slots: to set and to give up
/// costs the same however many there are, and the loop's own clock is wound once for all of them. Late by up to a slot, never early.
/// Belongs to one event loop.
final class Timers {
    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    /// a turn takes 4 s; what is due later goes round again
    private static final int SLOTS = 1024;

    private final EventExecutor loop;
    private final Timer[] slots = new Timer[SLOTS];
    private final long origin = System.nanoTime();
    /// every slot before this one has been looked at
    private long swept;
    private int waiting;
    private Future<?> wake;
    private long wakeSlot = Long.MAX_VALUE;

    Timers(EventExecutor loop) {
        this.loop = loop;
    }

    /// A task with a time, in the list of its slot while it waits.
    static final class Timer {
        private final Runnable task;
        private long dueSlot;
        private Timer previous;
        private Timer next;
        private boolean waiting;

        Timer(Runnable task) {
            this.task = task;
        }
    }

    /// Sets a timer, which may have run or been stopped before.
    void set(Timer timer, long nanos) {
        stop(timer);
        long now = System.nanoTime() - origin;
        if (waiting == 0) {
            swept = now / SLOT_NANOS;
        }
        timer.dueSlot = Math.max((now + nanos) / SLOT_NANOS + 1, swept);
        int slot = (int) (timer.dueSlot % SLOTS);
        timer.next = slots[slot];
        if (timer.next != null) {
            timer.next.previous = timer;
        }
        slots[slot] = timer;
        timer.waiting = true;
        waiting++;
        wakeAt(timer.dueSlot, now);
    }

    void stop(Timer timer) {
        if (!timer.waiting) {
            return;
        }
        if (timer.previous == null) {
            slots[(int) (timer.dueSlot % SLOTS)] = timer.next;
        } else {
            timer.previous.next = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.previous = null;
        timer.next = null;
        timer.waiting = false;
        waiting--;
    }

    private void wakeAt(long slot, long now) {
        if (slot >= wakeSlot) {
            return;
        }
        if (wake != null) {
            wake.cancel(false);
        }
        wakeSlot = slot;
        wake = loop.schedule(this::sweep, Math.max(0, slot * SLOT_NANOS - now), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        wake = null;
        wakeSlot = Long.MAX_VALUE;
        long current = (System.nanoTime() - origin) / SLOT_NANOS;
        try {
            while (swept <= current && waiting > 0) {
                // a task may set timers, and stop others of this slot: so always the first one that is due
                Timer due = firstDue(swept);
                if (due == null) {
                    swept++;
                    continue;
                }
                stop(due);
                due.task.run();
            }
        } finally {
            if (waiting > 0) {
                wakeAt(nextSlot(), System.nanoTime() - origin);
            }
        }
    }

    private Timer firstDue(long slot) {
        Timer timer = slots[(int) (slot % SLOTS)];
        while (timer != null && timer.dueSlot > slot) {
            timer = timer.next;
        }
        return timer;
    }

    /// The next slot with a timer in it, which may be one of a later turn.
    private long nextSlot() {
        long slot = swept;
        while (slots[(int) (slot % SLOTS)] == null) {
            slot++;
        }
        return slot;
    }
}
