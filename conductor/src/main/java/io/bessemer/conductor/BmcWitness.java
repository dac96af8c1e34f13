package io.bessemer.conductor;

import io.bessemer.conductor.engine.FlowObserver;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.SystemEvent;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the BMC of a machine whose flow failed what it noted meanwhile, and keeps that in the timeline, where `explain` finds it without asking anybody.
final class BmcWitness implements FlowObserver {
    private static final Logger LOG = LoggerFactory.getLogger(BmcWitness.class);
    private static final String EVENT = "sel";
    /// entries that are looked at, and those that are kept
    private static final int NEWEST = 30;
    private static final int MOST = 5;
    /// clocks of BMCs count seconds, and are read some time before they are compared
    private static final Duration SLACK = Duration.ofSeconds(5);
    /// BMCs that are asked at once: when power of a rack fails, all its flows do
    private static final int AT_ONCE = 32;

    private final NodeStore nodes;
    private final TimelineStore timelines;
    private final Drivers drivers;
    private final Clock clock;
    private final Executor executor;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    /// @param executor of threads that may wait
    BmcWitness(NodeStore nodes, TimelineStore timelines, Drivers drivers, Clock clock, Executor executor) {
        this.nodes = nodes;
        this.timelines = timelines;
        this.drivers = drivers;
        this.clock = clock;
        this.executor = executor;
    }

    /// Returns at once. What cannot be asked is not noted: the failure is told already.
    @Override
    public void failed(Flow flow) {
        try {
            Optional<Node> node = nodes.find(flow.node());
            Optional<BmcInterface> bmc = node.flatMap(found -> drivers.of(found).bmc());
            bmc.ifPresent(asked -> executor.execute(() -> ask(node.get(), flow, asked)));
        } catch (RuntimeException e) {
            LOG.info("What a BMC noted while its machine's flow failed is not asked: node={} reason={}", flow.node(), e.getMessage());
        }
    }

    private void ask(Node node, Flow flow, BmcInterface bmc) {
        permits.acquireUninterruptibly();
        try {
            note(node, flow, bmc.events(DriverNode.of(node).inBackground(), NEWEST));
        } catch (DriverException | RuntimeException e) {
            LOG.info("What a BMC noted while its machine's flow failed is not known: node={} reason={}", flow.node(), e.getMessage());
        } finally {
            permits.release();
        }
    }

    private void note(Node node, Flow flow, EventLog log) {
        if (log.clock() == null) {
            return; // when anything was, nobody can tell
        }
        Duration ahead = Duration.between(clock.instant(), log.clock());
        List<TimelineEvent> found = new ArrayList<>();
        for (SystemEvent event : log.events()) {
            boolean trouble = "Warning".equals(event.health()) || "Critical".equals(event.health());
            if (event.at() == null || !trouble) {
                continue;
            }
            Instant at = event.at().minus(ahead);
            if (at.isAfter(flow.startedAt().minus(SLACK))) {
                found.add(new TimelineEvent(node.id(), at, flow.attempt(), BootPhase.COMMAND, "bmc", EVENT, words(event), Map.of("record", event.record(), "health", event.health())));
            }
        }
        timelines.append(found.subList(Math.max(0, found.size() - MOST), found.size()));
    }

    /// `PS1 Status: Power Supply AC lost`
    private static String words(SystemEvent event) {
        String sensor = event.sensor() == null || event.sensor().isEmpty() ? event.sensorType() : event.sensor();
        return sensor == null ? event.event() : sensor + ": " + event.event();
    }

    static boolean noted(TimelineEvent event) {
        return event.source().equals("bmc") && event.event().equals(EVENT);
    }
}
