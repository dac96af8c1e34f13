package io.bessemer.agent.burnin;

import io.bessemer.agent.command.ProgressSink;
import java.time.Duration;

/// How long a burn-in still goes on, and whether somebody wants its end.
final class Stopwatch {
    private final long begin = System.nanoTime();
    private final long seconds;

    Stopwatch(long seconds) {
        this.seconds = seconds;
    }

    long passedSeconds() {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    boolean over() {
        return passedSeconds() >= seconds;
    }

    /// @throws InterruptedException when the command is dropped
    void tell(ProgressSink progress, String message) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        progress.at("burn-in", Math.min(passedSeconds(), seconds), seconds, message);
    }
}
