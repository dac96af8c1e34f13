package io.bessemer.ipmi;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for a state that only looking at it tells.
final class Await {
    private static final long LIMIT_NANOSECONDS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_MILLISECONDS = 5;

    private Await() {}

    /// @param told what is wanted and what there is instead, for the failure
    static void until(BooleanSupplier state, Supplier<String> told) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT_NANOSECONDS;
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 60 s: " + told.get());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLISECONDS);
        }
    }
}
