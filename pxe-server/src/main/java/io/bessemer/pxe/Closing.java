package io.bessemer.pxe;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of a channel is waited for, but not for ever: a server that stops because an event loop stands still would stand still as well.
public final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final long PATIENCE_SECONDS = 5;

    private Closing() {}

    /// Returns when the channels are closed, or after five seconds.
    public static void await(Future<?> closed) {
        if (!closed.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("A channel is not closed after {} s, and left: {}", PATIENCE_SECONDS, closed);
        }
    }
}
