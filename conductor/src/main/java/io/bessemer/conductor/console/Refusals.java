package io.bessemer.conductor.console;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// BMCs that have no console, in their own words: they are not asked again at each flow, unless `driver_info` is another by then.
final class Refusals {
    private static final Duration REMEMBERED = Duration.ofMinutes(30);

    private final Clock clock;
    private final Map<NodeId, Refusal> refusals = new ConcurrentHashMap<>();

    private record Refusal(String why, Instant until, Map<String, Object> driverInfo) {}

    Refusals(Clock clock) {
        this.clock = clock;
    }

    void add(Node node, String why) {
        refusals.put(node.id(), new Refusal(why, clock.instant().plus(REMEMBERED), node.driverInfo()));
    }

    /// Why it need not be asked; empty when it may be.
    Optional<String> of(Node node) {
        return Optional.ofNullable(refusals.get(node.id())).filter(refusal -> refusal.until.isAfter(clock.instant()) && refusal.driverInfo.equals(node.driverInfo()))
                .map(Refusal::why);
    }

    /// What was said last.
    Optional<String> last(NodeId id) {
        return Optional.ofNullable(refusals.get(id)).map(Refusal::why);
    }

    void forget(NodeId id) {
        refusals.remove(id);
    }

    void forgetOld() {
        refusals.values().removeIf(refusal -> refusal.until.isBefore(clock.instant()));
    }
}
