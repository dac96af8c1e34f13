package io.bessemer.cli.demo;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Counts what the server's power sync does for a while, by its own figures at `/metrics`, and what that takes of processor time.
final class PowerWatch {
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Pattern FIGURE = Pattern.compile("(?m)^bessemer_power_sync_(\\w+) ([0-9.E+]+)$");

    private final BessemerClient client;

    PowerWatch(BessemerClient client) {
        this.client = client;
    }

    /// @param behind not read for two intervals
    /// @param oldest age of the oldest reading, seconds
    record Figures(int nodes, int behind, double oldest, long readings, long failures, long differences) {
        /// @param metrics as Prometheus reads them; what is not there is 0
        static Figures of(String metrics) {
            Map<String, Double> found = FIGURE.matcher(metrics).results().collect(Collectors.toMap(figure -> figure.group(1), figure -> Double.parseDouble(figure.group(2))));
            ToDoubleFunction<String> value = name -> found.getOrDefault(name, 0.0);
            return new Figures((int) value.applyAsDouble("nodes"), (int) value.applyAsDouble("behind"), value.applyAsDouble("oldest_seconds"),
                    (long) value.applyAsDouble("readings_total"), (long) value.applyAsDouble("failures_total"), (long) value.applyAsDouble("differences_total"));
        }
    }

    /// @return a line to show
    String line(ProcessHandle server, Duration duration) throws ApiException, InterruptedException {
        Figures first = figures();
        Usage serverBefore = Usage.of(server);
        Usage ownBefore = Usage.of(ProcessHandle.current());
        long begin = System.nanoTime();
        int behind = 0;
        double oldest = 0;
        Figures last = first;
        while (System.nanoTime() - begin < duration.toNanos()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(BETWEEN.toNanos(), Math.max(1, duration.toNanos() - (System.nanoTime() - begin))));
            last = figures();
            behind = Math.max(behind, last.behind);
            oldest = Math.max(oldest, last.oldest);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Usage serverAfter = Usage.of(server);
        return "Power sync of %,d machines for %.0f s: %,d readings, %d failed, %d differences; the oldest was %.0f s old, and %d were behind, at most. The server took %.1f s of CPU time for it, and all else that it did; the machines %.1f s. It had %d MB."
                .formatted(last.nodes, seconds, last.readings - first.readings, last.failures - first.failures, last.differences - first.differences, oldest, behind,
                        (serverAfter.cpu().toMillis() - serverBefore.cpu().toMillis()) / 1000.0,
                        (Usage.of(ProcessHandle.current()).cpu().toMillis() - ownBefore.cpu().toMillis()) / 1000.0, serverAfter.megabytesNow());
    }

    private Figures figures() throws ApiException, InterruptedException {
        return Figures.of(client.text("/metrics"));
    }
}
