package io.bessemer.conductor;

import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.flow.InstanceRamdisk;
import io.bessemer.conductor.flow.Memo;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.pxe.BootDirectory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the boot servers from ports and flows: a machine boots the ramdisk from the moment its flow has set the boot device
/// until the flow sends it to its disk.
final class RamdiskDirectory implements BootDirectory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RamdiskDirectory.class);
    private static final int QUEUE = 10_000;
    private static final int BATCH = 200;
    private static final Duration WAIT_FOR_ROOM = Duration.ofSeconds(1);

    private final NodeStore nodes;
    private final PortStore ports;
    private final FlowStore flows;
    private final AgentStore agents;
    private final TimelineStore timelines;
    private final AgentService agentService;
    private final FlowWaker waker;
    private final Clock clock;
    private final ConductorSettings settings;
    private final BlockingQueue<Seen> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder lost = new LongAdder();
    private volatile Thread writer;

    RamdiskDirectory(NodeStore nodes, PortStore ports, FlowStore flows, AgentStore agents, TimelineStore timelines, AgentService agentService,
            FlowWaker waker, Clock clock, ConductorSettings settings) {
        this.nodes = nodes;
        this.ports = ports;
        this.flows = flows;
        this.agents = agents;
        this.timelines = timelines;
        this.agentService = agentService;
        this.waker = waker;
        this.clock = clock;
        this.settings = settings;
    }

    void start() {
        writer = Thread.ofVirtual().name("timeline-writer").start(this::write);
    }

    @Override
    public void close() {
        Thread running = writer;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public BootAnswer lookup(MacAddress mac) {
        Optional<PortStore.Owner> owner = ports.ownerOf(mac);
        if (owner.isEmpty()) {
            return new BootAnswer.Unknown();
        }
        NodeId node = owner.get().node();
        return booting(owner.get())
                .<BootAnswer>map(flow -> new BootAnswer.Ramdisk(node, flow.attempt()))
                .orElseGet(() -> new BootAnswer.LocalDisk(node));
    }

    @Override
    public Set<MacAddress> known(Collection<MacAddress> macs) {
        return ports.ownersOf(macs).keySet();
    }

    @Override
    public Optional<RamdiskBoot> ramdisk(MacAddress mac, URI contentServer) {
        Optional<Flow> booting = ports.ownerOf(mac).flatMap(this::booting);
        Optional<Node> found = booting.flatMap(flow -> nodes.find(flow.node()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Flow flow = booting.get();
        String token = Tokens.random();
        agents.issueBootToken(flow.node(), flow.attempt(), Tokens.hash(token), clock.instant().plus(settings.bootTokenLife()));
        return Optional.of(new RamdiskBoot(flow.node(), flow.attempt(), "vmlinuz", "initramfs", kernelArguments(found.get(), flow, token, contentServer)));
    }

    @Override
    public Optional<InstanceBoot> instance(MacAddress mac) {
        return ports.ownerOf(mac).filter(PortStore.Owner::pxeEnabled).flatMap(owner -> nodes.find(owner.node())).flatMap(node -> InstanceRamdisk.of(node).map(ramdisk ->
                ramdisk.iso() != null ? new InstanceBoot.Iso(node.id(), ramdisk.iso()) : new InstanceBoot.Kernel(node.id(), ramdisk.kernel(), ramdisk.initramfs(), ramdisk.arguments())));
    }

    private List<String> kernelArguments(Node node, Flow flow, String token, URI contentServer) {
        List<String> arguments = new ArrayList<>(List.of(
                "bessemer.api=" + settings.agentUrl().of(contentServer),
                "bessemer.content=" + contentServer,
                "bessemer.node=" + node.id(),
                "bessemer.attempt=" + flow.attempt(),
                "bessemer.token=" + token,
                "rootfstype=ramfs",
                "quiet"));
        arguments.addAll(words(settings.kernelArguments()));
        if (node.driverInfo().get("kernel_append_params") instanceof String more) {
            arguments.addAll(words(more.replace("%default%", "")));
        }
        return arguments;
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private Optional<Flow> booting(PortStore.Owner owner) {
        return owner.pxeEnabled() ? flows.find(owner.node()).filter(Memo::netboots) : Optional.empty();
    }

    @Override
    public void observed(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details) {
        if (!queue.offer(new Seen(mac, clock.instant(), phase, source, event, message, details))) {
            lost.increment();
        }
    }

    @Override
    public Optional<ImageReader> imageReader(String bearerToken) {
        return agentService.nodeOf(bearerToken).map(node -> new ImageReader(node, nodes.find(node).map(Node::resourceClass).orElse("")));
    }

    /// Events that are on no timeline, as more came than the database took.
    long lost() {
        return lost.sum();
    }

    private void write() {
        List<Seen> batch = new ArrayList<>();
        long told = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH);
                append(batch);
                if (lost() > told) {
                    LOG.warn("Timeline events were lost, as more came than the database took: count={}", lost() - told);
                    told = lost();
                }
            } catch (InterruptedException e) {
                return;
            } catch (Failure.StorageFull e) {
                if (!restUntilRoom(batch)) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.warn("Timeline events were lost: count={}", batch.size(), e);
                lost.add(batch.size());
                told += batch.size();
            } finally {
                batch.clear();
            }
        }
    }

    /// Stores `batch` as soon as the disk has room. What is observed meanwhile queues up, within bounds.
    ///
    /// @return false when we are to stop
    private boolean restUntilRoom(List<Seen> batch) {
        for (;;) {
            try {
                Thread.sleep(WAIT_FOR_ROOM);
                append(batch);
                return true;
            } catch (Failure.StorageFull e) {
                LOG.debug("The timeline still waits for room: count={}", batch.size());
            } catch (InterruptedException e) {
                return false;
            } catch (RuntimeException e) {
                LOG.warn("Timeline events were lost: count={}", batch.size(), e);
                lost.add(batch.size());
                return true;
            }
        }
    }

    /// Stores what was observed so far, on the calling thread.
    void drain() {
        List<Seen> batch = new ArrayList<>();
        queue.drainTo(batch);
        append(batch);
    }

    private void append(List<Seen> batch) {
        Map<MacAddress, PortStore.Owner> owners = ports.ownersOf(batch.stream().map(Seen::mac).collect(Collectors.toSet()));
        Map<NodeId, Long> attempts = flows.attempts(owners.values().stream().map(PortStore.Owner::node).collect(Collectors.toSet()));
        List<TimelineEvent> events = new ArrayList<>();
        for (Seen seen : batch) {
            PortStore.Owner owner = owners.get(seen.mac);
            if (owner == null) {
                continue; // nobody's
            }
            long attempt = attempts.getOrDefault(owner.node(), 0L);
            events.add(new TimelineEvent(owner.node(), seen.at, attempt, seen.phase, seen.source, seen.event, seen.message, seen.details));
        }
        timelines.append(events);
        Set<NodeId> woken = events.stream().filter(event -> event.attempt() != 0).map(TimelineEvent::node).collect(Collectors.toSet());
        woken.forEach(waker::wake);
    }

    private record Seen(MacAddress mac, Instant at, BootPhase phase, String source, String event, String message, Map<String, Object> details) {}
}
