package io.bessemer.pxe.tftp;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/// Before TFTP's event loop sleeps it looks whether the next acknowledgements are there: to sleep and be woken for each costs more than to answer it.
/// Each look lets others have the processor first, who may be the client. With a hundred clients who take one block at a time, half as many sleeps are a quarter more
/// blocks; one alone neither gains nor loses.
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
