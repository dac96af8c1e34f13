package io.bessemer.agent.burnin;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/// Keeps every processor busy with the same computation, and compares what comes out: one that errs under heat is found before it has a user.
public final class BurnIn {
    private static final int BLOCK = 1 << 20;
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int MOST_THREADS = 4096;
    private static final Duration REPORT = Duration.ofSeconds(1);

    private BurnIn() {}

    /// An hour if it is not said; a week at most.
    static long seconds(Map<String, Object> params) {
        return params.get("seconds") instanceof Number number ? Math.clamp(number.longValue(), 1, LONGEST.toSeconds()) : USUAL.toSeconds();
    }

    /// @param params `seconds`, and `threads`, as many as there are processors if absent
    public static Map<String, Object> cpu(Map<String, Object> params, ProgressSink progress) throws CommandFailedException, InterruptedException {
        long seconds = seconds(params);
        int threads = params.get("threads") instanceof Number number && number.intValue() > 0 ? Math.min(number.intValue(), MOST_THREADS) : Runtime.getRuntime().availableProcessors();
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            block[i] = (byte) (i * 31 + (i >> 8));
        }
        byte[] expected = hash(block);
        var wrong = new AtomicBoolean();
        var stop = new AtomicBoolean();
        var rounds = new LongAdder();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().daemon().name("burn-in-" + i).start(() -> {
                while (!stop.get() && !wrong.get()) {
                    if (!Arrays.equals(hash(block), expected)) {
                        wrong.set(true);
                    }
                    rounds.increment();
                }
            }));
        }
        try {
            long begin = System.nanoTime();
            for (long passed = 0; passed < seconds && !wrong.get(); passed = Duration.ofNanos(System.nanoTime() - begin).toSeconds()) {
                progress.at("burn-in", passed, seconds, "%d threads".formatted(threads));
                Thread.sleep(REPORT);
            }
        } finally {
            stop.set(true);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        if (wrong.get()) {
            throw new CommandFailedException("a processor computed another SHA-256 than before, after %d rounds: it, or the memory, is broken".formatted(rounds.sum()));
        }
        return Map.of("threads", threads, "rounds", rounds.sum(), "seconds", seconds);
    }

    private static byte[] hash(byte[] block) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(block);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
