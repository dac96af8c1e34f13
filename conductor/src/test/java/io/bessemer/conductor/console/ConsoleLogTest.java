package io.bessemer.conductor.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    private static final NodeId NODE = new NodeId(new UUID(1, 2));

    @TempDir
    private Path directory;

    private ConsoleLog log(long bytes, int files) {
        return new ConsoleLog(new ConsoleSettings(directory.resolve("consoles"), true, bytes, files, InetAddress.getLoopbackAddress(), 1, 2, 3), NODE);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void it_is_appended_to_for_its_owner_alone() throws Exception {
        log(100, 1).append("one ".getBytes(StandardCharsets.US_ASCII));
        log(100, 1).append("two".getBytes(StandardCharsets.US_ASCII));
        assertThat(text(log(100, 1).tail(1000))).isEqualTo("one two");
        assertThat(text(log(100, 1).tail(2))).isEqualTo("wo");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log(100, 1).file()))).isEqualTo("rw-------");
    }

    @Test
    void a_long_one_is_followed_by_a_new_one_and_the_oldest_goes() throws Exception {
        ConsoleLog log = log(10, 2);
        for (int i = 0; i < 6; i++) {
            log.append("%d-------".formatted(i).getBytes(StandardCharsets.US_ASCII));
        }
        try (var files = Files.list(directory.resolve("consoles"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted()).containsExactly(NODE + ".log", NODE + ".log.1", NODE + ".log.2");
        }
        assertThat(text(log.tail(1000))).as("the newest and the one before").isEqualTo("4-------5-------");
        ConsoleLog alone = log(10, 0);
        alone.append("6-------".getBytes(StandardCharsets.US_ASCII));
        assertThat(text(alone.tail(1000))).isEqualTo("6-------");
    }

    @Test
    void of_a_node_that_is_no_more_nothing_is_kept() throws Exception {
        log(10, 1).append("12345678".getBytes(StandardCharsets.US_ASCII));
        log(10, 1).append("12345678".getBytes(StandardCharsets.US_ASCII));
        Path other = Files.writeString(directory.resolve("consoles/README.log"), "kept");
        ConsoleLog.sweep(directory.resolve("consoles"), NODE::equals);
        assertThat(log(10, 1).tail(100)).hasSize(16);
        ConsoleLog.sweep(directory.resolve("consoles"), _ -> false);
        assertThat(log(10, 1).tail(100)).isEmpty();
        assertThat(other).exists();
    }

    @Test
    void whoever_reads_too_slowly_is_told_how_much_was_lost_and_nobody_waits() throws Exception {
        NodeConsole console = new NodeConsole(() -> {});
        Tap slow = console.watch(10, false, () -> {});
        Tap quick = console.watch(1000, false, () -> {});
        for (int i = 0; i < 5; i++) {
            console.text("12345".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(text(slow.take(Duration.ZERO))).isEqualTo("\r\n[15 bytes were lost here: they came faster than they were read]\r\n");
        assertThat(text(slow.take(Duration.ZERO)) + text(slow.take(Duration.ZERO))).isEqualTo("1234512345");
        assertThat(slow.take(Duration.ZERO)).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(text(quick.take(Duration.ZERO))).isEqualTo("12345");
        }
        Tap late = console.watch(1000, true, () -> {});
        assertThat(text(late.take(Duration.ZERO))).as("what was said before").isEqualTo("12345".repeat(5));
        console.close();
        assertThat(late.take(Duration.ofMinutes(1))).isNull();
    }

    @Test
    void the_scrollback_is_capped() throws Exception {
        NodeConsole console = new NodeConsole(() -> {});
        for (int i = 0; i < 100; i++) {
            console.text(("%04d".formatted(i) + "x".repeat(2000)).getBytes(StandardCharsets.US_ASCII));
        }
        console.text("y".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        console.text("end".getBytes(StandardCharsets.US_ASCII));
        assertThat(text(console.watch(1 << 20, true, () -> {}).take(Duration.ZERO))).hasSize(64 << 10).endsWith("yyyend");
    }
}
