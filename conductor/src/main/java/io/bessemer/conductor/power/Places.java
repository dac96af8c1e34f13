package io.bessemer.conductor.power;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// How many BMCs are asked at a time. One that takes long loses its place to another, and is waited for beside them: so a rack without mains does not
/// keep all places for the minutes that its silence takes. For one thread that takes places.
final class Places {
    private final Semaphore free;
    private final long patienceNanos;
    private final Deque<Place> taken = new ArrayDeque<>();

    Places(int count, Duration patience) {
        this.free = new Semaphore(count);
        this.patienceNanos = patience.toNanos();
    }

    private final class Place implements Runnable {
        private final long since = System.nanoTime();
        private final AtomicBoolean given = new AtomicBoolean();

        @Override
        public void run() {
            if (given.compareAndSet(false, true)) {
                free.release();
            }
        }
    }

    /// Waits for a place.
    ///
    /// @return gives it back; from any thread, and more than once does no harm
    Runnable take() throws InterruptedException {
        while (true) {
            while (!taken.isEmpty() && taken.peekFirst().given.get()) {
                taken.removeFirst();
            }
            Place oldest = taken.peekFirst();
            long wait = oldest == null ? patienceNanos : oldest.since + patienceNanos - System.nanoTime();
            if (free.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                Place place = new Place();
                taken.addLast(place);
                return place;
            }
            if (oldest != null) {
                oldest.run();
            }
        }
    }
}
