package io.bessemer.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/// `--wait SECONDS`, of commands whose work goes on in the background.
public final class Patience {
    @Option(names = "--wait", paramLabel = "SECONDS", description = "Stay until it is done; 1 is the exit code when it is not by then (default: do not wait).")
    private long seconds;

    public boolean given() {
        return seconds > 0;
    }

    public Instant end() {
        return Instant.now().plus(Duration.ofSeconds(seconds));
    }
}
