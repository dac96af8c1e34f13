package io.bessemer.conductor.console;

import io.bessemer.conductor.engine.FlowObserver;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.SerialConsole.State;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every serial console that is open here. A line is opened once for a node, whoever wants it: a flow that boots the machine and is
/// recorded, a console that a client turned on, somebody who looks in. It is closed when nobody wants it any more.
///
/// Nothing about it is stored but the node's `console_enabled`: what should be open follows from flows and nodes, and is looked up anew
/// after a restart and every minute.
public final class Consoles implements FlowObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Consoles.class);
    private static final Duration FULL_TOLD_EVERY = Duration.ofMinutes(5);
    private static final Set<FlowKind> RECORDED = EnumSet.of(FlowKind.INSPECT, FlowKind.CLEAN, FlowKind.DEPLOY, FlowKind.RESCUE, FlowKind.UNRESCUE, FlowKind.SERVICE);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int LOOKS_UNTIL_SWEEP = 30;
    /// a host that does not report is not waited for longer
    private static final Duration FIRST_BOOT = Duration.ofMinutes(10);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final int RECORDING_WAITS = 1 << 20;
    private static final int WATCHER_WAITS = 256 << 10;
    private static final int MOST_WATCHERS = 32;

    private final NodeStore nodes;
    private final FlowStore flows;
    private final Map<String, HardwareType> drivers;
    private final ConsoleSettings settings;
    private final String conductor;
    private final Clock clock;
    private final Map<NodeId, Entry> open = new HashMap<>();
    /// known without a lock, as the engine asks at each look
    private final Map<NodeId, Long> recorded = new ConcurrentHashMap<>();
    private final Recordings recordings;
    private final Refusals refusals;
    private final TerminalPorts ports;
    private Instant fullToldAgainAt = Instant.MIN;
    private volatile boolean closed;

    /// A line with those who want it. Guarded by `Consoles.this`.
    private static final class Entry {
        final NodeConsole console;
        Map<String, Object> driverInfo;
        TerminalPort port;
        Instant servedAt;
        Tap recording;
        Instant recordedUntil;
        int watchers;

        Entry(NodeConsole console, Map<String, Object> driverInfo) {
            this.console = console;
            this.driverInfo = driverInfo;
        }

        boolean wanted() {
            return port != null || recording != null || watchers > 0;
        }
    }

    /// @param conductor nodes of others are theirs to serve
    public Consoles(NodeStore nodes, FlowStore flows, Map<String, HardwareType> drivers, ConsoleSettings settings, String conductor, Clock clock) {
        this.nodes = nodes;
        this.flows = flows;
        this.drivers = drivers;
        this.settings = settings;
        this.conductor = conductor;
        this.clock = clock;
        this.recordings = new Recordings(settings);
        this.refusals = new Refusals(clock);
        this.ports = new TerminalPorts(settings, conductor);
    }

    public void start() {
        if (settings.most() > 0) {
            Thread.ofVirtual().name("consoles").start(this::loop);
        }
    }

    private void loop() {
        try {
            for (int look = 0; !closed; look++) {
                try {
                    if (look % LOOKS_UNTIL_SWEEP == 0) {
                        sweep();
                    }
                    look();
                } catch (RuntimeException | IOException e) {
                    LOG.warn("A look at the consoles broke off; the next one is in {} s", LOOK.toSeconds(), e);
                }
                synchronized (this) {
                    wait(LOOK.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- what should be open

    /// What a restart or another conductor left to do, and recordings of nodes that are gone.
    void sweep() throws IOException {
        Set<NodeId> known = new HashSet<>();
        nodes.forEach(node -> {
            known.add(node.id());
            serveAgain(node);
        });
        for (Flow flow : flows.list()) {
            nodes.find(flow.node()).filter(this::ours).ifPresent(node -> runs(node, flow));
        }
        recordings.sweep(known::contains);
        recorded.keySet().retainAll(known);
        refusals.forgetOld();
    }

    private void serveAgain(Node node) {
        if (!node.consoleEnabled() || node.maintenance() || !ours(node) || serial(node).isEmpty() || refusals.of(node).isPresent()) {
            return;
        }
        try {
            serve(node);
        } catch (Failure refused) {
            LOG.info("The console of a node is not served: node={} why={}", node.id(), refused.getMessage());
        }
    }

    private boolean ours(Node node) {
        return node.conductor() == null || node.conductor().equals(conductor);
    }

    /// What is open and should not be any more.
    void look() {
        List<NodeId> ids;
        synchronized (this) {
            ids = List.copyOf(open.keySet());
        }
        for (NodeId id : ids) {
            Optional<Node> node = nodes.find(id);
            Optional<Flow> flow = flows.find(id).filter(under -> RECORDED.contains(under.kind()));
            synchronized (this) {
                Entry entry = open.get(id);
                if (entry == null) {
                    continue;
                }
                if (node.isEmpty() || serial(node.get()).isEmpty()) {
                    end(id, entry);
                    continue;
                }
                if (entry.port != null && (node.get().maintenance() || !node.get().consoleEnabled() && starting(entry).isNegative())) {
                    entry.port.close();
                    entry.port = null;
                }
                reopened(entry, node.get());
                if (entry.recording != null && flow.isEmpty() && !booting(entry, node.get())) {
                    entry.console.mark("recording ends");
                    stopRecording(id, entry);
                }
                closeUnlessWanted(id, entry);
            }
        }
    }

    /// A console is served before the node says that it is on; negative when that should be over.
    private Duration starting(Entry entry) {
        return Duration.between(clock.instant(), entry.servedAt.plus(SETTLE.multipliedBy(2)));
    }

    /// The host that was deployed boots for the first time: what goes wrong then is seen on the console alone.
    private boolean booting(Entry entry, Node node) {
        boolean coming = node.provisionState() == ProvisionState.ACTIVE && node.driverInternalInfo().get("host_token_hash") != null
                && node.driverInternalInfo().get("host_up_at") == null;
        if (!coming) {
            return false;
        }
        if (entry.recordedUntil == null) {
            entry.recordedUntil = clock.instant().plus(FIRST_BOOT);
        }
        return clock.instant().isBefore(entry.recordedUntil);
    }

    private void stopRecording(NodeId id, Entry entry) {
        if (entry.recording != null) {
            entry.recording.close();
            entry.recording = null;
            entry.recordedUntil = null;
        }
        recorded.remove(id);
    }

    private void closeUnlessWanted(NodeId id, Entry entry) {
        if (!entry.wanted()) {
            open.remove(id);
            entry.console.close();
        }
    }

    // --- recording

    @Override
    public void runs(Node node, Flow flow) {
        if (!settings.record() || settings.most() == 0 || closed || !RECORDED.contains(flow.kind())) {
            return;
        }
        Long attempt = recorded.put(node.id(), flow.attempt());
        if (attempt != null && attempt == flow.attempt() || serial(node).isEmpty() || refusals.of(node).isPresent()) {
            return;
        }
        Thread.ofVirtual().name("console-of-" + node.id()).start(() -> record(node, flow));
    }

    private void record(Node node, Flow flow) {
        try {
            synchronized (this) {
                Entry entry = opened(node);
                if (entry.recording == null) {
                    Tap tap = entry.console.watch(RECORDING_WAITS, false, () -> {});
                    entry.recording = tap;
                    recordings.write(node.id(), tap);
                }
                entry.recordedUntil = null;
                entry.recording.offer(Recordings.heading(node, flow, clock.instant()));
            }
        } catch (Failure.Conflict full) {
            LOG.info("The console of a node is not recorded: node={} why={}", node.id(), full.getMessage());
        } catch (Failure e) {
            refusals.add(node, e.getMessage());
            LOG.info("The console of a node is not recorded: node={} why={}", node.id(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("The console of a node is not recorded: node={}", node.id(), e);
        }
    }

    /// The last lines that the console said since the flow under way, or the last one, began; clean. Empty when nothing was recorded.
    public List<String> tail(NodeId id, int lines) {
        return settings.most() == 0 ? List.of() : recordings.tail(id, lines);
    }

    /// The end of everything that was recorded of a node.
    ///
    /// @param bytes at most so many
    public byte[] recorded(NodeId id, int bytes) {
        return recordings.end(id, bytes);
    }

    /// Why there is no recording, or what is wrong with the one under way; empty when nothing is.
    public Optional<String> trouble(NodeId id) {
        synchronized (this) {
            Entry entry = open.get(id);
            if (entry != null && entry.console.state() != State.CONNECTED && !entry.console.why().isEmpty()) {
                return Optional.of(entry.console.why());
            }
        }
        return refusals.last(id);
    }

    // --- for people

    /// Whether the node's driver knows a serial console, and the node wants one.
    public boolean known(Node node) {
        return settings.most() > 0 && serial(node).isPresent();
    }

    /// Turns a console on: serves it on a TCP port. Returns when it is connected, or the BMC is slow.
    ///
    /// @throws Failure when there is none, or the BMC refuses it
    public void enable(Node node) {
        refusals.forget(node.id());
        serve(node);
        NodeConsole console;
        synchronized (this) {
            Entry entry = open.get(node.id());
            console = entry == null ? null : entry.console;
        }
        State state;
        try {
            state = console == null ? State.UNAVAILABLE : console.settled(SETTLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (state == State.UNAVAILABLE || state == State.LOST) {
            String why = console == null ? refusals.of(node).orElse("it was turned off at the same time") : console.why();
            disable(node.id());
            throw new Failure.Hardware("The console of node %s cannot be started: %s.".formatted(node.displayName(), why), state == State.LOST, null);
        }
    }

    private synchronized void serve(Node node) {
        Entry known = open.get(node.id());
        if (known != null && known.port != null) {
            return;
        }
        Entry entry = opened(node);
        try {
            entry.port = port(node, entry.console);
            entry.servedAt = clock.instant();
        } finally {
            closeUnlessWanted(node.id(), entry);
        }
    }

    public synchronized void disable(NodeId id) {
        Entry entry = open.get(id);
        if (entry != null && entry.port != null) {
            entry.port.close();
            entry.port = null;
            closeUnlessWanted(id, entry);
        }
    }

    /// Ironic's `console_info`; empty while it is not served here.
    public synchronized Optional<Map<String, Object>> connection(NodeId id) {
        Entry entry = open.get(id);
        return entry == null || entry.port == null ? Optional.empty()
                : Optional.of(Map.of("type", "socat", "url", ports.url(entry.port)));
    }

    private TerminalPort port(Node node, NodeConsole console) {
        try {
            return ports.open(node, serial(node).orElseThrow().terminalPort(DriverNode.of(node)), console);
        } catch (DriverException e) {
            throw new Failure.Invalid("driver_info", e.getMessage());
        }
    }

    /// Somebody who looks in, and may type, without the console being turned on. Ends with [ConsoleWatch#close].
    public ConsoleWatch watch(Node node) {
        if (!known(node)) {
            throw new Failure.Unsupported("Driver %s of node %s has no serial console, or its console_interface is 'no-console'.".formatted(node.driver(), node.displayName()));
        }
        synchronized (this) {
            Entry entry = opened(node);
            if (entry.watchers >= MOST_WATCHERS) {
                throw new Failure.Conflict("%d clients are at the console of node %s already.".formatted(entry.watchers, node.displayName()));
            }
            entry.watchers++;
            Tap tap = entry.console.watch(WATCHER_WAITS, true, () -> left(node.id(), entry));
            return new ConsoleWatch(tap, entry.console);
        }
    }

    private synchronized void left(NodeId id, Entry entry) {
        entry.watchers--;
        if (open.get(id) == entry) {
            closeUnlessWanted(id, entry);
        }
    }

    // --- lines

    private Optional<SerialConsole> serial(Node node) {
        return Optional.ofNullable(drivers.get(node.driver())).flatMap(driver -> driver.serialConsole(node.interfaces().getOrDefault("console", "no-console")));
    }

    /// A BMC that has got another address or password is spoken to by these. Called with the lock.
    private void reopened(Entry entry, Node node) {
        if (node.driverInfo().equals(entry.driverInfo)) {
            return;
        }
        entry.driverInfo = node.driverInfo();
        try {
            entry.console.line(serial(node).orElseThrow().open(DriverNode.of(node), entry.console));
        } catch (DriverException e) {
            entry.console.mark("driver_info is wrong: " + e.getMessage());
        }
    }

    /// Called with the lock.
    private Entry opened(Node node) {
        if (closed) {
            throw new Failure.Conflict("The server stops.");
        }
        Entry known = open.get(node.id());
        if (known != null) {
            return known;
        }
        if (open.size() >= settings.most()) {
            Instant now = clock.instant();
            if (!now.isBefore(fullToldAgainAt)) {
                fullToldAgainAt = now.plus(FULL_TOLD_EVERY);
                LOG.warn("All {} consoles (bessemer.console.most) are in use; others are neither recorded nor served", settings.most());
            }
            throw new Failure.Conflict("All %d consoles that may be open at a time are in use. Close one, or raise bessemer.console.most.".formatted(settings.most()));
        }
        NodeConsole[] console = new NodeConsole[1];
        console[0] = new NodeConsole(() -> Thread.ofVirtual().start(() -> unavailable(node, console[0])));
        try {
            console[0].line(serial(node).orElseThrow().open(DriverNode.of(node), console[0]));
        } catch (DriverException e) {
            throw new Failure.Hardware("The console of node %s cannot be opened: %s".formatted(node.displayName(), e.getMessage()), e.kind().retryable(), e);
        }
        Entry entry = new Entry(console[0], node.driverInfo());
        open.put(node.id(), entry);
        return entry;
    }

    private synchronized void unavailable(Node node, NodeConsole console) {
        String why = console.why();
        refusals.add(node, why);
        LOG.info("A node has no serial console: node={} why={}", node.id(), why);
        Entry entry = open.get(node.id());
        if (entry == null || entry.console != console) {
            return;
        }
        end(node.id(), entry);
    }

    /// Whoever still wants it. Those who look in are told.
    private void end(NodeId id, Entry entry) {
        stopRecording(id, entry);
        if (entry.port != null) {
            entry.port.close();
            entry.port = null;
        }
        open.remove(id);
        entry.console.close();
    }

    @Override
    public void close() {
        List<Map.Entry<NodeId, Entry>> all;
        synchronized (this) {
            closed = true;
            notifyAll();
            all = List.copyOf(open.entrySet());
            open.clear();
        }
        all.forEach(each -> {
            if (each.getValue().port != null) {
                each.getValue().port.close();
            }
            each.getValue().console.close();
        });
    }
}
