package io.bessemer.nova;

import io.bessemer.core.program.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the operator's command that maps new hosts to their cell, which Nova has no REST call for. It runs beside the caller, once at a
/// time for all hosts of the cloud, and not more often than a cloud's own periodic discovery would.
final class HostDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(HostDiscovery.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final List<String> words;
    private final Duration pause;
    private boolean running;
    private long notBefore = System.nanoTime();
    private String outcome = "";

    /// @param words empty for no command
    HostDiscovery(List<String> words, Duration pause) {
        this.words = words;
        this.pause = pause;
    }

    /// Starts the command if it is due.
    ///
    /// @return for people: what is done about the mapping, and what they can do
    synchronized String request() {
        if (words.isEmpty()) {
            return "Nova does this by itself where [scheduler] discover_hosts_in_cells_interval is set; otherwise run on a controller: nova-manage cell_v2 discover_hosts --verbose";
        }
        if (!running && System.nanoTime() - notBefore >= 0) {
            running = true;
            Thread.ofVirtual().name("discover-hosts").start(this::run);
        }
        return outcome.isEmpty() ? "The configured discover-command runs" : outcome;
    }

    private void run() {
        String said = "The configured discover-command has run, and is run again while the host stays unmapped";
        try {
            Command.of(words).timeout(LIMIT).run();
        } catch (IOException | RuntimeException e) {
            said = "The configured discover-command failed: " + e.getMessage();
            LOG.atWarn().addKeyValue("command", words.getFirst()).setCause(e).log("discover command failed");
        } finally {
            synchronized (this) {
                outcome = said;
                running = false;
                notBefore = System.nanoTime() + pause.toNanos();
            }
        }
    }
}
