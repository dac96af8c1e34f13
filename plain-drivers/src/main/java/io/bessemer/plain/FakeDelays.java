package io.bessemer.plain;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// How long fake interfaces pretend to work, by interface: Ironic's options `[fake] *_delay`. Those not named take no time.
public record FakeDelays(Map<String, Range> byInterface) {
    public static final FakeDelays NONE = new FakeDelays(Map.of());

    public FakeDelays {
        byInterface = Map.copyOf(byInterface);
    }

    /// @param from at least
    /// @param to   at most; short ones are likelier, as in Ironic's triangular distribution with its peak at `from`
    public record Range(Duration from, Duration to) {
        public Range {
            if (from.isNegative() || to.compareTo(from) < 0) {
                throw new IllegalArgumentException("found %s to %s; expected two durations, the longer one last".formatted(from, to));
            }
        }

        Duration any(double chance) {
            long width = to.toMillis() - from.toMillis();
            return from.plusMillis(Math.round(width * (1 - Math.sqrt(1 - chance))));
        }
    }

    Duration of(String name) {
        Range range = byInterface.get(name);
        return range == null ? Duration.ZERO : range.any(ThreadLocalRandom.current().nextDouble());
    }
}
