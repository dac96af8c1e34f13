package io.bessemer.conductor.engine;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.node.Node;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A step's view of its node and flow. What it notes, edits and observes is committed together with its result, or not at all.
public final class StepContext {
    private final Node storedNode;
    private final Flow storedFlow;
    private final Node node;
    private final Flow flow;
    private final Instant now;
    private final Instant aliveSince;
    private final Map<String, HardwareType> drivers;
    private final DriverCalls calls;
    private final Map<String, Object> noted = new LinkedHashMap<>();
    private final List<UnaryOperator<Node>> edits = new ArrayList<>();
    private final List<TimelineEvent> observed = new ArrayList<>();

    StepContext(Node node, Flow flow, Instant now, Instant aliveSince, Map<String, HardwareType> drivers, DriverCalls calls) {
        this.storedNode = node;
        this.storedFlow = flow;
        this.node = node;
        this.flow = flow;
        this.now = now;
        this.aliveSince = aliveSince;
        this.drivers = drivers;
        this.calls = calls;
    }

    private StepContext(StepContext done, Instant now) {
        this.storedNode = done.storedNode;
        this.storedFlow = done.storedFlow;
        this.node = done.edited(done.storedNode);
        this.flow = done.advanced(done.flow.cursor() + 1, now);
        this.now = now;
        this.aliveSince = done.aliveSince;
        this.drivers = done.drivers;
        this.calls = done.calls;
        this.edits.addAll(done.edits);
        this.observed.addAll(done.observed);
    }

    /// The next step's, which has this one's notes, edits and observations to commit too.
    StepContext next(Instant at) {
        return new StepContext(this, at);
    }

    /// Its flow as it is when this step is done.
    Flow advanced(int cursor, Instant at) {
        return new Flow(flow.node(), flow.kind(), flow.attempt(), cursor, flow.args(), Transitions.merge(flow.memo(), noted), null, at, null, at, 0, flow.startedAt());
    }

    /// What a commit is compared with: node and flow as they were read.
    Node storedNode() {
        return storedNode;
    }

    Flow storedFlow() {
        return storedFlow;
    }

    public Node node() {
        return node;
    }

    public Flow flow() {
        return flow;
    }

    public Instant now() {
        return now;
    }

    /// `time` after the step was first entered
    public Instant within(Duration time) {
        return flow.stepStartedAt().plus(time);
    }

    /// A deadline may not count time in which nobody of us was there to be spoken to.
    public Instant notBeforeUs(Instant seen) {
        return seen.isBefore(aliveSince) ? aliveSince : seen;
    }

    /// Its calls end with the flow.
    ///
    /// @throws DriverException when no such hardware type is there
    public HardwareType driver() throws DriverException {
        HardwareType driver = drivers.get(node.driver());
        if (driver == null) {
            throw new DriverException(DriverException.Kind.CONFIGURATION,
                    "Driver '%s' of node %s is not enabled here. Enabled: %s.".formatted(node.driver(), node.displayName(), drivers.keySet()));
        }
        return calls.of(driver);
    }

    public DriverNode driverNode() {
        return DriverNode.of(node);
    }

    /// Notes of this turn come first.
    public Optional<Object> memo(String key) {
        return Optional.ofNullable(noted.containsKey(key) ? noted.get(key) : flow.memo().get(key));
    }

    public int memoInt(String key) {
        return memo(key).map(value -> ((Number) value).intValue()).orElse(0);
    }

    public Optional<Instant> memoInstant(String key) {
        return memo(key).map(value -> Instant.parse((String) value));
    }

    /// @param value a JSON value or an Instant; null forgets the key
    public void note(String key, Object value) {
        noted.put(key, value instanceof Instant instant ? instant.toString() : value);
    }

    /// Changes the node. It may be applied to a newer version of it than [#node].
    public void edit(UnaryOperator<Node> change) {
        edits.add(change);
    }

    public void observe(BootPhase phase, String source, String event, String message, Map<String, Object> details) {
        observed.add(new TimelineEvent(node.id(), now, flow.attempt(), phase, source, event, message, details));
    }

    boolean changesNode() {
        return !edits.isEmpty() || !observed.isEmpty();
    }

    Map<String, Object> noted() {
        return noted;
    }

    Node edited(Node newest) {
        Node changed = newest;
        for (UnaryOperator<Node> edit : edits) {
            changed = edit.apply(changed);
        }
        return changed;
    }

    List<TimelineEvent> observed() {
        return observed;
    }
}
