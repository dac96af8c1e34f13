package io.bessemer.conductor.engine;

import static io.bessemer.core.lifecycle.LifecycleEvent.HOLD;
import static io.bessemer.core.lifecycle.LifecycleEvent.RESUME;
import static io.bessemer.core.lifecycle.LifecycleEvent.WAIT;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.lifecycle.Lifecycle;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Requester;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Takes one node's flow as far as it goes, on the calling thread.
public final class FlowRunner {
    private static final Logger LOG = LoggerFactory.getLogger(FlowRunner.class);
    private static final String RETRY_AT = "retry_at";

    /// A stored deadline that is off by less is not worth a commit: an agent's heartbeats move it all the time.
    private static final Duration DEADLINE_DRIFT = Duration.ofSeconds(30);

    /// A hold ends by a person. Every flow has a deadline, so this one has one that nobody lives to see.
    private static final Duration LONGEST_HOLD = Duration.ofDays(3650);
    private static final Duration LOOK_AT_HELD = Duration.ofHours(1);

    private final NodeStore nodes;
    private final FlowStore flows;
    private final FlowPlan.Book book;
    private final Map<String, HardwareType> drivers;
    private final Clock clock;
    private volatile Instant aliveSince;
    private final String conductor;
    private final int maxRetries;
    private final List<FlowObserver> observers;
    private final Map<NodeId, DriverCalls> calls = new ConcurrentHashMap<>();

    /// @param maxRetries how often one step is tried again
    public FlowRunner(NodeStore nodes, FlowStore flows, FlowPlan.Book book, Map<String, HardwareType> drivers, Clock clock, String conductor,
            int maxRetries, List<FlowObserver> observers) {
        this.nodes = nodes;
        this.flows = flows;
        this.book = book;
        this.drivers = drivers;
        this.clock = clock;
        this.aliveSince = clock.instant();
        this.conductor = conductor;
        this.maxRetries = maxRetries;
        this.observers = List.copyOf(observers);
    }

    /// Runs steps until one must wait.
    ///
    /// @return when to run it again, empty when the node has no flow any more
    public Optional<Instant> run(NodeId id) {
        MDC.put("node", id.toString());
        DriverCalls asked = new DriverCalls();
        calls.put(id, asked); // before the flow is read: who ends it later finds the calls
        try {
            for (;;) {
                if (Thread.interrupted()) {
                    return Optional.of(clock.instant());
                }
                // in this order: a flow that is newer than the node as read cannot be saved, its commit finds the node changed
                Optional<Node> node = nodes.find(id);
                Optional<Flow> flow = flows.find(id);
                if (node.isEmpty() || flow.isEmpty()) {
                    return Optional.empty();
                }
                if (node.get().attempt() != flow.get().attempt()) {
                    Optional<Instant> later = tornOrOrphaned(id);
                    if (later.isPresent()) {
                        return later;
                    }
                    continue;
                }
                asked.attempt(flow.get().attempt());
                Optional<Instant> parked = turn(node.get(), flow.get(), asked);
                if (parked.isPresent()) {
                    return parked;
                }
            }
        } finally {
            calls.remove(id, asked);
            MDC.remove("node");
            MDC.remove("step");
        }
    }

    /// Until now nobody of us was there to be spoken to.
    public void deafUntilNow() {
        aliveSince = clock.instant();
    }

    /// A newer flow, or none, has taken the place of those below `attempt`: what they ask of a BMC is not waited for any more. A hint,
    /// as their commits are refused anyway.
    public void stopBelow(NodeId id, long attempt) {
        book.ended(id, attempt);
        DriverCalls running = calls.get(id);
        if (running != null) {
            running.stopBelow(attempt);
        }
    }

    /// Node and flow were read at different moments; if they still differ, wait for whoever is at it.
    private Optional<Instant> tornOrOrphaned(NodeId id) {
        Optional<Node> node = nodes.find(id);
        Optional<Flow> flow = flows.find(id);
        boolean agree = node.isEmpty() || flow.isEmpty() || node.get().attempt() == flow.get().attempt();
        return agree ? Optional.empty() : Optional.of(clock.instant().plusSeconds(1));
    }

    /// @return when to come again, or empty to go on at once
    private Optional<Instant> turn(Node node, Flow flow, DriverCalls asked) {
        MDC.remove("step");
        Instant now = clock.instant();
        Object retryAt = flow.memo().get(RETRY_AT);
        if (retryAt != null && now.isBefore(Instant.parse((String) retryAt))) {
            return Optional.of(Instant.parse((String) retryAt));
        }
        FlowPlan plan = book.planOf(node, flow);
        List<Step> steps = plan.steps();
        if (flow.cursor() == 0 && flow.waitingFor() == null) {
            LOG.info("{}: {} begins, state '{}'", node.displayName(), plan.title(), node.provisionState().wire());
        }
        observers.forEach(observer -> observer.runs(node, flow));
        StepContext context = new StepContext(node, flow, now, aliveSince, drivers, asked);
        if (retryAt != null) {
            context.note(RETRY_AT, null);
        }
        while (context.flow().cursor() < steps.size()) {
            Step step = steps.get(context.flow().cursor());
            MDC.put("step", step.name());
            StepResult result = execute(step, context);
            if (asked.stopped()) {
                LOG.info("{}: '{}' of {} was stopped", node.displayName(), step.name(), plan.title().toLowerCase(Locale.ROOT));
                return Optional.empty();
            }
            if (!(result instanceof StepResult.Done) || !storedWithNext(steps, context.flow().cursor()) || Thread.currentThread().isInterrupted()) {
                return store(context, plan, step, result);
            }
            context = context.next(clock.instant());
        }
        finish(context, plan);
        return Optional.empty();
    }

    /// A step with effects begins only when all that went before is stored.
    private static boolean storedWithNext(List<Step> steps, int cursor) {
        return steps.get(cursor).storedWithNext() && (cursor + 1 == steps.size() || steps.get(cursor + 1).storedWithNext());
    }

    /// @return when to come again, or empty to go on at once
    private Optional<Instant> store(StepContext context, FlowPlan plan, Step step, StepResult result) {
        List<Step> steps = plan.steps();
        return switch (result) {
            case StepResult.Done() -> {
                advance(context, context.flow().cursor() + 1, steps, null);
                yield Optional.empty();
            }
            case StepResult.GoTo(String target, String why) -> {
                LOG.info("Goes back to '{}': {}", target, why);
                advance(context, indexOf(steps, target), steps, why);
                yield Optional.empty();
            }
            case StepResult.Wait wait -> park(context, wait);
            case StepResult.Hold(String what) -> hold(context, what);
            case StepResult.Retry(Duration after, String why) -> retry(context, plan, step, after, why);
            case StepResult.Failed failed -> {
                fail(context, plan, step, failed);
                yield Optional.empty();
            }
        };
    }

    private StepResult execute(Step step, StepContext context) {
        StepResult result;
        try {
            result = step.run(context);
            if (result instanceof StepResult.Wait wait && !context.now().isBefore(wait.deadline())) {
                result = step.onTimeout(context, wait);
            }
        } catch (DriverException e) {
            result = e.kind().retryable() ? new StepResult.Retry(backoff(context.flow().retries()), e.getMessage()) : StepResult.failed(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("A step broke: step={}", step.name(), e);
            result = new StepResult.Retry(backoff(context.flow().retries()), "internal error: " + e);
        }
        LOG.debug("Step looked: step={} result={}", step.name(), result);
        return result;
    }

    private static Duration backoff(int retries) {
        return Duration.ofSeconds(Math.min(30, 2L << Math.min(retries, 4)));
    }

    private static int indexOf(List<Step> steps, String name) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("No step is called '" + name + "'");
    }

    private void advance(StepContext context, int cursor, List<Step> steps, String why) {
        commit(context, newest -> {
            Transitions change = edited(newest, context);
            resume(change);
            change.set(change.node().toBuilder().reservation(conductor).conductor(conductor).build());
            return change.save(context.advanced(cursor, context.now())).change();
        });
        if (cursor < steps.size()) {
            LOG.debug("Next step: step={} why={}", steps.get(cursor).name(), why);
        }
    }

    private Optional<Instant> park(StepContext context, StepResult.Wait wait) {
        Flow flow = context.flow();
        Flow parked = new Flow(flow.node(), flow.kind(), flow.attempt(), flow.cursor(), flow.args(), Transitions.merge(flow.memo(), context.noted()),
                wait.what(), flow.stepStartedAt(), wait.deadline(), wait.wakeAt(), flow.retries(), flow.startedAt());
        boolean waits = wait.callback() && canWait(context.node());
        if (!waits && !context.changesNode() && context.node().reservation() == null && nearlyEqual(flow, parked)) {
            return Optional.of(wait.wakeAt());
        }
        boolean stored = commit(context, newest -> {
            Transitions change = edited(newest, context);
            if (wait.callback() && canWait(newest)) {
                change.move(WAIT, Requester.BESSEMER);
            }
            change.set(change.node().toBuilder().reservation(null).build());
            return change.save(parked).change();
        });
        return stored ? Optional.of(wait.wakeAt()) : Optional.empty();
    }

    /// Ironic's table lets `service failed` wait too; a power change in the background of a failed service must not revive it.
    private static boolean canWait(Node node) {
        return StateClasses.BUSY.contains(node.provisionState()) && Lifecycle.find(node.provisionState(), WAIT).isPresent();
    }

    private Optional<Instant> hold(StepContext context, String what) {
        Flow flow = context.flow();
        Instant again = context.now().plus(LOOK_AT_HELD);
        boolean held = Lifecycle.find(context.node().provisionState(), HOLD).isEmpty();
        if (held && !context.changesNode()) {
            return Optional.of(again);
        }
        Flow parked = new Flow(flow.node(), flow.kind(), flow.attempt(), flow.cursor(), flow.args(), Transitions.merge(flow.memo(), context.noted()),
                what, flow.stepStartedAt(), context.within(LONGEST_HOLD), again, flow.retries(), flow.startedAt());
        boolean stored = commit(context, newest -> {
            Transitions change = edited(newest, context);
            if (Lifecycle.find(newest.provisionState(), HOLD).isPresent()) {
                change.move(HOLD, Requester.BESSEMER);
            }
            change.set(change.node().toBuilder().reservation(null).build());
            return change.save(parked).change();
        });
        return stored ? Optional.of(again) : Optional.empty();
    }

    private static boolean nearlyEqual(Flow stored, Flow parked) {
        return stored.deadline() != null
                && parked.waitingFor().equals(stored.waitingFor())
                && parked.memo().equals(stored.memo())
                && Duration.between(stored.deadline(), parked.deadline()).abs().compareTo(DEADLINE_DRIFT) < 0;
    }

    private Optional<Instant> retry(StepContext context, FlowPlan plan, Step step, Duration after, String why) {
        Flow flow = context.flow();
        if (flow.retries() >= maxRetries) {
            fail(context, plan, step, new StepResult.Failed("%s (tried %d times)".formatted(why, flow.retries() + 1), null));
            return Optional.empty();
        }
        LOG.info("Tries again in {} s: {}", after.toSeconds(), why);
        Instant at = context.now().plus(after);
        context.note(RETRY_AT, at);
        Flow parked = new Flow(flow.node(), flow.kind(), flow.attempt(), flow.cursor(), flow.args(), Transitions.merge(flow.memo(), context.noted()),
                "another try of '%s': %s".formatted(step.name(), why), flow.stepStartedAt(), at, at, flow.retries() + 1, flow.startedAt());
        boolean stored = commit(context, newest -> {
            Transitions change = edited(newest, context);
            if (canWait(newest)) {
                change.move(WAIT, Requester.BESSEMER); // so that it can be aborted, even when the BMC is dead
            }
            change.set(change.node().toBuilder().reservation(null).build());
            return change.save(parked).change();
        });
        return stored ? Optional.of(at) : Optional.empty();
    }

    private void fail(StepContext context, FlowPlan plan, Step step, StepResult.Failed result) {
        String reason = result.phase() == null
                ? "%s failed at '%s': %s".formatted(plan.title(), step.name(), result.reason())
                : "%s failed in phase '%s': %s".formatted(plan.title(), result.phase().wire(), result.reason());
        LOG.warn("{}: {}", context.node().displayName(), reason);
        boolean stored = commit(context, newest -> {
            Transitions change = edited(newest, context);
            resume(change);
            change.set(change.node().toBuilder().lastError(reason).build());
            change.note(HistoryEntry.error(newest.id(), context.now(), conductor, "provisioning", reason));
            return ending(change, plan.failed(change.node(), reason)).change();
        });
        over(context.flow(), stored);
        if (stored) {
            observers.forEach(observer -> observer.failed(context.flow()));
        }
    }

    private void finish(StepContext context, FlowPlan plan) {
        MDC.remove("step");
        LOG.info("{}: {} is done after {} s", context.node().displayName(), plan.title(), Duration.between(context.flow().startedAt(), context.now()).toSeconds());
        boolean stored = commit(context, newest -> {
            Transitions change = edited(newest, context);
            resume(change);
            return ending(change, plan.done(change.node())).change();
        });
        over(context.flow(), stored);
    }

    private void over(Flow flow, boolean stored) {
        if (stored) {
            book.ended(flow.node(), flow.attempt() + 1);
        }
    }

    private static Transitions ending(Transitions change, FlowPlan.Ending ending) {
        change.set(ending.node());
        for (LifecycleEvent event : ending.events()) {
            change.move(event, Requester.BESSEMER);
        }
        if (ending.next().isPresent()) {
            return change.start(ending.next().get().kind(), ending.next().get().args());
        }
        return change.end();
    }

    private Transitions edited(Node newest, StepContext context) {
        Transitions change = Transitions.from(newest, context.now(), conductor);
        change.set(context.edited(newest));
        return change.observe(context.observed());
    }

    private static void resume(Transitions change) {
        if (Lifecycle.find(change.node().provisionState(), RESUME).isPresent()) {
            change.move(RESUME, Requester.BESSEMER);
        }
    }

    /// Commits against the newest node as long as the flow is the one that was read.
    ///
    /// @return false when somebody else has moved the flow, and nothing was stored
    private boolean commit(StepContext context, Function<Node, Change> change) {
        Flow flow = context.storedFlow();
        Node newest = context.storedNode();
        for (;;) {
            switch (nodes.commit(change.apply(newest))) {
                case CommitResult.Applied _ -> {
                    return true;
                }
                case CommitResult.Gone _ -> {
                    return false;
                }
                case CommitResult.Changed(Node now) -> {
                    if (now.attempt() != flow.attempt() || !flows.find(now.id()).equals(Optional.of(flow))) {
                        LOG.debug("The flow was moved by somebody else: attempt={} now={}", flow.attempt(), now.attempt());
                        return false;
                    }
                    newest = now;
                }
            }
        }
    }
}
