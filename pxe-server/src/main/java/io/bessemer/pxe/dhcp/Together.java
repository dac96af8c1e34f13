package io.bessemer.pxe.dhcp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// Does for many at once what each waits for: what is asked for while a group is in work is the next group. A rack that powers on at once costs as many
/// statements and writes to the disk as the database can do, not one for each machine.
///
/// Nobody waits for a turn: each sleeps once, until its own is done.
///
/// @param <T> what is asked for
/// @param <R> what comes of it
final class Together<T, R> {
    private static final int GROUP = 256;

    private final String name;
    private final Function<List<T>, List<R>> work;
    private final Queue<Waiting<T, R>> queue = new ArrayDeque<>();
    private boolean working;

    /// @param name of the thread that works
    /// @param work for a group; returns one result for each, in order
    Together(String name, Function<List<T>, List<R>> work) {
        this.name = name;
        this.work = work;
    }

    private record Waiting<T, R>(T asked, CompletableFuture<R> done) {}

    /// Returns when the group that it was in is done. What the work of that group throws is thrown to each.
    R call(T asked) {
        var mine = new Waiting<>(asked, new CompletableFuture<R>());
        boolean first;
        synchronized (queue) {
            queue.add(mine);
            first = !working;
            working = true;
        }
        if (first) {
            workGroup();
            if (hasMore()) {
                Thread.ofVirtual().name(name).start(this::workOn);
            }
        }
        try {
            return mine.done.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException why ? why : failed;
        }
    }

    int waiting() {
        synchronized (queue) {
            return queue.size();
        }
    }

    private void workOn() {
        do {
            workGroup();
        } while (hasMore());
    }

    /// Gives the work up when there is none.
    private boolean hasMore() {
        synchronized (queue) {
            working = !queue.isEmpty();
            return working;
        }
    }

    private void workGroup() {
        List<Waiting<T, R>> group = new ArrayList<>();
        synchronized (queue) {
            while (group.size() < GROUP && !queue.isEmpty()) {
                group.add(queue.poll());
            }
        }
        try {
            List<R> results = work.apply(group.stream().map(Waiting::asked).toList());
            for (int i = 0; i < group.size(); i++) {
                group.get(i).done.complete(results.get(i));
            }
        } catch (RuntimeException | Error failure) {
            group.forEach(waiting -> waiting.done.completeExceptionally(failure));
        }
    }
}
