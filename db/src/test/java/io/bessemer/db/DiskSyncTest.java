package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSyncTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void what_was_committed_is_soon_on_the_disk_itself(@TempDir Path directory) throws Exception {
        ForcedFiles.register();
        var settings = new DatabaseSettings(DatabaseSettings.EMBEDDED.replace(":async:", ":forced:async:"), null, null, 0);
        try (Database database = Database.open(settings, directory, Clock.systemUTC())) {
            for (int i = 0; i < 3; i++) {
                database.nodes().create(Node.builder(NodeId.random(), "fake").build());
                long written = ForcedFiles.WRITTEN.get();
                long deadline = System.nanoTime() + LIMIT.toNanos();
                while (ForcedFiles.FORCED.get() < written) {
                    assertThat(System.nanoTime()).as("time for %d bytes, of which %d are on the disk", written, ForcedFiles.FORCED.get()).isLessThan(deadline);
                    LockSupport.parkNanos(10_000_000);
                }
            }
        }
    }
}
