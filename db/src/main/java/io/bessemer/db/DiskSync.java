package io.bessemer.db;

import io.bessemer.core.log.LogQuota;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the embedded database's file on its disk once a second. A commit waits until the operating system has it, which is enough when the process is killed, and
/// not when the machine loses its power.
///
/// H2 forces nothing to the disk by itself. It leaves room that became free alone for some time, in which the operating system is to write what came after: by default 45 s, as
/// Linux takes half a minute. With this, five seconds do (`RETENTION_TIME` of [DatabaseSettings#EMBEDDED]), and a file that is much written to is as much smaller.
final class DiskSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSync.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("bessemer-db-disk").unstarted(this::loop);
    private final LogQuota warnings = new LogQuota(1, Duration.ofMinutes(1));
    private volatile MVStore written;
    private long onDisk;

    void start() {
        thread.start();
    }

    /// @param store of the last write: after a full disk H2 opens another one
    void written(MVStore store) {
        if (written != store) {
            written = store;
        }
    }

    private void loop() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                MVStore store = written;
                if (store != null && !store.isClosed()) {
                    sync(store);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Costs nothing while nothing is written.
    private void sync(MVStore store) {
        try {
            long inFile = store.getFileStore().lastChunkVersion();
            if (inFile != onDisk) {
                store.sync();
                onDisk = inFile;
            }
        } catch (MVStoreException e) {
            if (!store.isClosed()) {
                warnings.next().ifPresent(withheld -> LOG.warn("The database file could not be forced to its disk, which is tried each second: withheld={}", withheld, e));
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
