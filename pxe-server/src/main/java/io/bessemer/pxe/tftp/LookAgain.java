package io.bessemer.pxe.tftp;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.atomic.AtomicInteger;

/// Before TFTP's event loop sleeps it looks for a moment whether the next acknowledgements are there: with several clients they mostly are, and a sleep and a waking cost more. With one
/// client it sleeps at once, for what it would look for comes only when that client has the processor.
///
/// It does not let others have the processor between its looks (`sched_yield`): where any thread computes, our own compiler's too, it gets it back only some milliseconds later.
public final class LookAgain implements SelectStrategy {
    /// a fraction of the way to another machine and back; longer looks are taken from clients that share the processor
    private static final long LONGEST_NANOSECONDS = 20_000;

    private final AtomicInteger transfers = new AtomicInteger();

    /// A transfer begins, of all loops that look by this.
    void begins() {
        transfers.incrementAndGet();
    }

    void ends() {
        transfers.decrementAndGet();
    }

    @Override
    public int calculateStrategy(IntSupplier look, boolean hasTasks) throws Exception {
        if (hasTasks) {
            return look.get();
        }
        if (transfers.get() < 2) {
            return SelectStrategy.SELECT;
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
