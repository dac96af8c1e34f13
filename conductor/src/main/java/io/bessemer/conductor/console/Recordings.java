package io.bessemer.conductor.console;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What consoles said while flows booted their machines: written to files, and read for those who ask why.
final class Recordings {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int TAIL = 32 << 10;
    private static final int MOST_READ = 8 << 20;
    private static final String BEGINS = "=== ";

    private final ConsoleSettings settings;

    Recordings(ConsoleSettings settings) {
        this.settings = settings;
    }

    /// Writes what comes until the tap ends, on a thread of its own.
    void write(NodeId node, Tap tap) {
        ConsoleLog log = new ConsoleLog(settings, node);
        Thread.ofVirtual().name("console-log-" + node).start(() -> write(node, tap, log));
    }

    private static void write(NodeId node, Tap tap, ConsoleLog log) {
        try (tap) {
            for (byte[] text = tap.take(LOOK); text != null; text = tap.take(LOOK)) {
                if (text.length > 0) {
                    log.append(text);
                }
            }
        } catch (IOException e) {
            LOG.warn("The console of a node is not recorded any more: node={} file={} why={}", node, log.file(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The line that stands before what is said from now on.
    static byte[] heading(Node node, Flow flow, Instant now) {
        return "\r\n%s%s of %s begins, attempt %d, %s\r\n".formatted(BEGINS, flow.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                node.displayName(), flow.attempt(), now.truncatedTo(ChronoUnit.SECONDS)).getBytes(StandardCharsets.UTF_8);
    }

    /// The last lines since the newest heading, clean. Empty when nothing was recorded.
    List<String> tail(NodeId id, int lines) {
        List<String> all;
        try {
            all = ConsoleText.lines(new ConsoleLog(settings, id).tail(TAIL));
        } catch (UncheckedIOException e) {
            LOG.warn("What was recorded of a console cannot be read: node={}", id, e);
            return List.of();
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).startsWith(BEGINS)) {
                return ConsoleText.last(all.subList(i + 1, all.size()), lines);
            }
        }
        return ConsoleText.last(all, lines);
    }

    /// The end of everything.
    ///
    /// @param bytes at most so many
    byte[] end(NodeId id, int bytes) {
        return new ConsoleLog(settings, id).tail(Math.min(bytes, MOST_READ));
    }

    /// Removes those of nodes that are no more.
    void sweep(Predicate<NodeId> known) throws IOException {
        ConsoleLog.sweep(settings.directory(), known);
    }
}
