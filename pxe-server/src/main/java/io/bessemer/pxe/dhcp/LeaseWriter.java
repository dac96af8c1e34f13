package io.bessemer.pxe.dhcp;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.lease.LeaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// Stores leases in groups: whoever comes first writes for all that wait by then, in one transaction. A rack that powers on at once costs as many
/// writes to the disk as the disk can do, not one for each machine.
final class LeaseWriter {
    private static final int GROUP = 256;

    private final LeaseStore store;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock();

    LeaseWriter(LeaseStore store) {
        this.store = store;
    }

    private record Waiting(Lease lease, CompletableFuture<Boolean> stored) {}

    /// Returns when the lease is on the disk.
    ///
    /// @return false when another MAC holds the address, and nothing was stored
    boolean save(Lease lease) {
        var mine = new Waiting(lease, new CompletableFuture<>());
        queue.add(mine);
        turn.lock();
        try {
            while (!mine.stored.isDone()) {
                writeGroup();
            }
        } finally {
            turn.unlock();
        }
        if (mine.stored.state() == CompletableFuture.State.FAILED && mine.stored.exceptionNow() instanceof RuntimeException why) {
            throw why;
        }
        return mine.stored.join();
    }

    int waiting() {
        return queue.size();
    }

    private void writeGroup() {
        List<Waiting> group = new ArrayList<>();
        for (Waiting next; group.size() < GROUP && (next = queue.poll()) != null; ) {
            group.add(next);
        }
        try {
            List<Boolean> stored = store.saveAll(group.stream().map(Waiting::lease).toList());
            for (int i = 0; i < group.size(); i++) {
                group.get(i).stored.complete(stored.get(i));
            }
        } catch (RuntimeException | Error failure) {
            group.forEach(waiting -> waiting.stored.completeExceptionally(failure));
        }
    }
}
