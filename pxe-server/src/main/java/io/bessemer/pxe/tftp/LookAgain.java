package io.bessemer.pxe.tftp;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/// Before TFTP's event loop sleeps it looks for a while whether the next acknowledgements are there. Each look lets others have the processor first, who may be the client:
/// without that, one client alone was served more slowly. Ten clients who take one block at a time got 82 MiB/s instead of 67 on two processors; one alone, and a hundred, no clear difference.
public final class LookAgain implements SelectStrategy {
    /// less than the way to another machine and back: a loop with little to do sleeps most of its time
    private static final long LONGEST_NANOSECONDS = 20_000;

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
            Thread.yield();
        } while (System.nanoTime() - end < 0);
        return SelectStrategy.SELECT;
    }
}
