package io.bessemer.agent.burnin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.linux.Sysfs;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Burn-in of memory, disks and network, each for a moment.
@Timeout(60)
class LoadTest {
    private static final long MIB = 1L << 20;
    private static final ProgressSink QUIET = (_, _, _, _) -> { };

    @TempDir
    private Path folder;

    @Test
    void memory_is_filled_and_compared_at_least_once_and_given_back() throws Exception {
        Map<String, Object> result = new MemoryBurnIn(Sysfs.MACHINE, folder).run(Map.of("seconds", 1, "bytes", 8 * MIB), QUIET);
        assertThat(result).containsEntry("bytes", 8 * MIB);
        assertThat((Long) result.get("rounds")).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void memory_that_is_not_there_is_no_success() throws Exception {
        Files.createDirectories(folder.resolve("proc"));
        Files.writeString(folder.resolve("proc/meminfo"), "MemAvailable:      90000 kB\n");
        assertThatThrownBy(() -> new MemoryBurnIn(new Sysfs(folder), folder).run(Map.of("seconds", 1), QUIET)).isInstanceOf(CommandFailedException.class).hasMessageContaining("only 87 MiB");
    }

    @Test
    void a_burn_in_that_is_dropped_ends_at_once() throws Exception {
        var begun = new CompletableFuture<Thread>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                new MemoryBurnIn(Sysfs.MACHINE, folder).run(Map.of("seconds", 3600, "bytes", 8 * MIB), (_, _, _, _) -> begun.complete(Thread.currentThread()));
            } catch (CommandFailedException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.get(30, TimeUnit.SECONDS).interrupt();
        assertThat(thread.join(java.time.Duration.ofSeconds(30))).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void every_block_of_every_disk_is_written_and_compared_in_each_loop() throws Exception {
        Disk one = disk("one", 3 * MIB);
        Disk other = disk("other", 2 * MIB + 4096);
        Map<String, Object> result = DiskBurnIn.run(Map.of("loops", 2), List.of(one, other), QUIET);
        assertThat((List<?>) result.get("disks")).hasSize(2);
        Map<?, ?> first = (Map<?, ?>) ((List<?>) result.get("disks")).getFirst();
        assertThat(first.get("loops")).isEqualTo(2L);
        assertThat(first.get("bytes_written")).isEqualTo(6 * MIB);
        assertThat(first.get("bytes_compared")).isEqualTo(6 * MIB);
        assertThat(Files.readAllBytes(Path.of(other.name()))).hasSize((int) (2 * MIB + 4096)).isNotEqualTo(new byte[(int) (2 * MIB + 4096)]);
    }

    @Test
    void a_disk_that_forgets_is_named_with_the_place() throws Exception {
        Disk disk = disk("one", 4 * MIB);
        var spoilt = new AtomicBoolean();
        Thread forgetful = Thread.ofPlatform().daemon().start(() -> {
            try (var file = new RandomAccessFile(disk.name(), "rw")) {
                while (!spoilt.get()) { // whenever it was written: before it is compared
                    file.seek(MIB);
                    file.writeLong(4711);
                }
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            assertThatThrownBy(() -> DiskBurnIn.run(Map.of("loops", 50), List.of(disk), QUIET)).isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining("byte 1048576 reads").hasMessageContaining("serial S-1");
        } finally {
            spoilt.set(true);
            forgetful.join();
        }
    }

    @Test
    void two_machines_fill_the_network_between_them_in_both_directions() throws Exception {
        int port = freePort();
        var reader = CompletableFuture.supplyAsync(() -> network("reader", port));
        Map<String, Object> writer = network("writer", port);
        Map<String, Object> read = reader.get(30, TimeUnit.SECONDS);
        assertThat((Long) writer.get("bytes_sent")).isPositive().isEqualTo(read.get("bytes_received"));
        assertThat((Long) read.get("bytes_sent")).isPositive().isEqualTo(writer.get("bytes_received"));
        assertThat((Long) writer.get("sent_bytes_per_second")).isPositive();
    }

    @Test
    void a_partner_that_does_not_come_is_told_apart_from_a_bad_network() throws Exception {
        int port = freePort();
        for (String role : List.of("reader", "writer")) {
            assertThatThrownBy(() -> NetworkBurnIn.run(Map.of("role", role, "partner", "127.0.0.1", "port", port, "seconds", 2, "partner_seconds", 1), QUIET))
                    .isInstanceOf(CommandFailedException.class).hasMessageContaining("within 1 s").hasMessageContaining("Start its burn-in at the same time");
        }
    }

    private static Map<String, Object> network(String role, int port) {
        try {
            return NetworkBurnIn.run(Map.of("role", role, "partner", "127.0.0.1", "port", port, "seconds", 2), QUIET);
        } catch (CommandFailedException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Disk disk(String name, long bytes) throws Exception {
        Path file = folder.resolve(name);
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(bytes);
        }
        return new Disk(file.toString(), "", bytes, false, "", "", "", "S-1", "", "", "", false, false);
    }
}
