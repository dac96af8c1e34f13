package io.bessemer.agent.burnin;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fills memory with patterns and compares what it reads back.
///
/// The memory is a mapped file of the ramdisk's file system, which lives in memory alone: the Java heap is small, and what it hands out beside is bounded by it.
public final class MemoryBurnIn {
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
    private static final long MIB = 1L << 20;
    /// for the agent, the kernel and page tables
    private static final long SPARED_BYTES = 96 * MIB;
    private static final long LEAST_BYTES = MIB;
    private static final long BLOCK = 4 * MIB;
    /// each bit both ways beside its neighbours; the last differs from address to address, so that crossed address lines are found
    private static final long[] PATTERNS = {0x5555555555555555L, 0xaaaaaaaaaaaaaaaaL, 0, -1, 0x9e3779b97f4a7c15L};

    private final Sysfs sysfs;
    private final Path folder;

    /// @param folder on a file system in memory
    public MemoryBurnIn(Sysfs sysfs, Path folder) {
        this.sysfs = sysfs;
        this.folder = folder;
    }

    /// @param params `seconds`, and `bytes` or `percent` of what is available; one round is always finished
    public Map<String, Object> run(Map<String, Object> params, ProgressSink progress) throws CommandFailedException, InterruptedException {
        long seconds = BurnIn.seconds(params);
        long bytes = bytes(params) / BLOCK * BLOCK;
        if (bytes < LEAST_BYTES) {
            throw new CommandFailedException("there are only %d MiB of memory to test: the ramdisk needs %d MiB for itself".formatted(available() / MIB, SPARED_BYTES / MIB));
        }
        try {
            Path file = Files.createTempFile(folder, "burnin", ".memory");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE); Arena arena = Arena.ofShared()) {
                return test(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena), seconds, progress);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new CommandFailedException("memory for the test cannot be had: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> test(MemorySegment memory, long seconds, ProgressSink progress) throws CommandFailedException, InterruptedException {
        var clock = new Stopwatch(seconds);
        long rounds = 0;
        do {
            for (long pattern : PATTERNS) {
                for (long at = 0; at < memory.byteSize(); at += BLOCK) {
                    clock.tell(progress, "%d MiB, round %d, writing".formatted(memory.byteSize() / MIB, rounds + 1));
                    fill(memory.asSlice(at, BLOCK), at, pattern);
                }
                for (long at = 0; at < memory.byteSize(); at += BLOCK) {
                    clock.tell(progress, "%d MiB, round %d, comparing".formatted(memory.byteSize() / MIB, rounds + 1));
                    long wrong = compare(memory.asSlice(at, BLOCK), at, pattern);
                    if (wrong >= 0) {
                        throw new CommandFailedException("memory does not keep what is written to it: at byte %d of the %d MiB tested, in round %d: wrote %016x, read %016x"
                                .formatted(wrong, memory.byteSize() / MIB, rounds + 1, value(wrong, pattern), memory.get(JAVA_LONG, wrong)));
                    }
                }
            }
            rounds++;
        } while (!clock.over());
        return Map.of("bytes", memory.byteSize(), "rounds", rounds, "seconds", clock.passedSeconds());
    }

    private static void fill(MemorySegment block, long start, long pattern) {
        for (long at = 0; at < BLOCK; at += Long.BYTES) {
            block.set(JAVA_LONG, at, value(start + at, pattern));
        }
    }

    /// @return where it differs, or -1
    private static long compare(MemorySegment block, long start, long pattern) {
        for (long at = 0; at < BLOCK; at += Long.BYTES) {
            if (block.get(JAVA_LONG, at) != value(start + at, pattern)) {
                return start + at;
            }
        }
        return -1;
    }

    private static long value(long address, long pattern) {
        return pattern == PATTERNS[PATTERNS.length - 1] ? address * pattern : pattern;
    }

    private long bytes(Map<String, Object> params) {
        long most = available() - SPARED_BYTES;
        if (params.get("bytes") instanceof Number bytes) {
            return Math.min(bytes.longValue(), most);
        }
        long percent = params.get("percent") instanceof Number number ? Math.clamp(number.longValue(), 1, 100) : 98;
        return Math.min(available() / 100 * percent, most);
    }

    private long available() {
        Matcher matcher = AVAILABLE.matcher(sysfs.text("/proc/meminfo"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
    }
}
