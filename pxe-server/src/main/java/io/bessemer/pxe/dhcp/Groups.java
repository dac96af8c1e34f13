package io.bessemer.pxe.dhcp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Does for many at once what comes one by one: what comes while a group is in work is the next group. Groups begin some time apart, so that there is something to do together while
/// many come, and so that a backlog does not leave in one burst, which overruns the socket of a relay agent. What comes after a rest is worked on at once.
///
/// No thread while there is nothing to do; each group has one, so that what fails ends with its group.
final class Groups<T> {
    private final String name;
    private final int largest;
    private final int mostWaiting;
    private final long spacing;
    private final Consumer<List<T>> work;
    private final Queue<T> queue = new ArrayDeque<>();
    private boolean working;
    private long begun;

    /// @param name        of the threads
    /// @param largest     group
    /// @param mostWaiting what comes beyond is not taken
    /// @param spacing     at least, between the beginnings of two groups
    Groups(String name, int largest, int mostWaiting, Duration spacing, Consumer<List<T>> work) {
        this.name = name;
        this.largest = largest;
        this.mostWaiting = mostWaiting;
        this.spacing = spacing.toNanos();
        this.work = work;
        this.begun = System.nanoTime() - this.spacing;
    }

    /// Never blocks.
    ///
    /// @return false when too many wait already
    boolean add(T one) {
        synchronized (queue) {
            if (queue.size() >= mostWaiting) {
                return false;
            }
            queue.add(one);
            if (working) {
                return true;
            }
            working = true;
        }
        begin();
        return true;
    }

    private void begin() {
        Thread.ofVirtual().name(name).start(this::workOnOne);
    }

    private void workOnOne() {
        try {
            long early = begun + spacing - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            begun = System.nanoTime();
            work.accept(next());
        } finally {
            if (hasMore()) {
                begin();
            }
        }
    }

    private List<T> next() {
        var group = new ArrayList<T>(largest);
        synchronized (queue) {
            while (group.size() < largest && !queue.isEmpty()) {
                group.add(queue.poll());
            }
        }
        return group;
    }

    /// Gives the work up when there is none.
    private boolean hasMore() {
        synchronized (queue) {
            working = !queue.isEmpty();
            return working;
        }
    }
}
