package io.bessemer.pxe.tftp;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/// Before TFTP's event loop sleeps it looks for a moment whether the next acknowledgements are there: with many clients they mostly are, and a sleep and a waking cost more.
/// It does not let others have the processor between its looks (`sched_yield`): where any thread computes, our own compiler's too, it gets it back only some milliseconds later.
public final class LookAgain implements SelectStrategy {
    /// a fraction of the way to another machine and back; longer looks are taken from a client that shares the processor
    private static final long LONGEST_NANOSECONDS = 3_000;

    @Override
    public int calculateStrategy(IntSupplier look, boolean hasTasks) throws Exception {
        if (hasTasks) {
            return look.get();
        }
        long end = System.nanoTime() + LONGEST_NANOSECONDS;
        do {
            int ready = look.get();
            if (ready > 0) {
                return ready;
            }
        } while (System.nanoTime() - end < 0);
        return SelectStrategy.SELECT;
    }
}
