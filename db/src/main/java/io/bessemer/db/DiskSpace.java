package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Room for the embedded database. H2 closes a database whose file cannot grow, for readers too, so writes are refused a little
/// earlier. Should the disk fill up between the look and the write, what H2 then says is recognised here.
final class DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final Path directory;
    private final FileStore disk;
    private final long keepFreeBytes;
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile Runnable back = () -> { };

    private DiskSpace(Path directory, FileStore disk, long keepFreeBytes) {
        this.directory = directory;
        this.disk = disk;
        this.keepFreeBytes = keepFreeBytes;
    }

    static DiskSpace below(Path directory, long keepFreeBytes) {
        try {
            return new DiskSpace(directory.toAbsolutePath(), Files.getFileStore(directory), keepFreeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Free space of %s cannot be read".formatted(directory), e);
        }
    }

    /// For a database on a server of its own, which sees to its disk itself.
    static DiskSpace elsewhere() {
        return new DiskSpace(null, null, 0);
    }

    /// What to do when there is room again.
    void whenBack(Runnable listener) {
        back = listener;
    }

    private long free() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("Free space of %s cannot be read".formatted(directory), e);
        }
    }

    boolean tight() {
        return disk != null && free() < keepFreeBytes;
    }

    /// Before something is stored.
    ///
    /// @throws Failure.StorageFull so that H2 need not find out
    void require() {
        if (tight()) {
            throw full(null);
        }
        foundRoom();
    }

    /// Waits for room, for work that nobody is told of when it fails.
    ///
    /// @throws Failure.StorageFull when there is none within `limit`
    void await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (tight()) {
            if (System.nanoTime() - end >= 0) {
                throw full(null);
            }
            Thread.sleep(LOOK_AGAIN);
        }
        foundRoom();
    }

    /// Told before anybody goes on, so that what was missed meanwhile can be reckoned with.
    private void foundRoom() {
        if (keepFreeBytes > 0) {
            stored();
        }
    }

    /// Something was stored, or can be.
    void stored() {
        if (full.get() && full.compareAndSet(true, false)) {
            LOG.info("There is room again, and everything goes on: directory={} free_bytes={}", directory, free());
            back.run();
        }
    }

    /// `failure`, or what it means for the caller when the disk is full.
    RuntimeException explain(RuntimeException failure) {
        return disk != null && !(failure instanceof Failure) && SqlFailures.diskFull(failure) ? full(failure) : failure;
    }

    private Failure.StorageFull full(Throwable cause) {
        if (full.compareAndSet(false, true)) {
            LOG.error("{} Free space there. Until then nothing is stored, and the work on nodes stands still", this);
        }
        return new Failure.StorageFull(this + " Nothing was stored. Free space there, then repeat the request; no restart is needed.", cause);
    }

    @Override
    public String toString() {
        return "The disk of the data directory %s is full: %d bytes are free, and %d are kept so that the database stays readable."
                .formatted(directory, free(), keepFreeBytes);
    }
}
