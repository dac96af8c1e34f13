package io.bessemer.server;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Warns while there is still time: a disk that is full stops all work.
final class LowSpaceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LowSpaceWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    /// looks between two warnings: one an hour
    private static final int QUIET_LOOKS = 120;

    private final Path directory;
    private final long lowBytes;
    private final FileStore disk;
    private final Thread loop;
    private int quietLooks;

    LowSpaceWatch(Path directory, long lowBytes) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.lowBytes = lowBytes;
        Files.createDirectories(directory);
        this.disk = Files.getFileStore(directory);
        this.loop = Thread.ofVirtual().name("low-space-watch").start(this::loop);
    }

    @Override
    public void close() {
        loop.interrupt();
    }

    private void loop() {
        try {
            while (true) {
                look();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            long free = disk.getUsableSpace();
            if (free >= lowBytes) {
                quietLooks = 0;
                return;
            }
            if (quietLooks-- > 0) {
                return;
            }
            quietLooks = QUIET_LOOKS;
            LOG.warn("The disk of the data directory is low on space. Free some, or move bessemer.data-dir: directory={} free_bytes={} low_bytes={}",
                    directory, free, lowBytes);
        } catch (IOException e) {
            LOG.warn("Free space of the data directory cannot be read: directory={}", directory, e);
        }
    }
}
