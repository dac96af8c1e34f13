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
import io.bessemer.core.log.LogQuota;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
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
    private static final Set<FlowKind> RECORDED = EnumSet.of(FlowKind.INSPECT, FlowKind.CLEAN, FlowKind.DEPLOY, FlowKind.RESCUE, FlowKind.UNRESCUE, FlowKind.SERVICE);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int LOOKS_UNTIL_SWEEP = 30;
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final Duration STARTING = SETTLE.multipliedBy(2);
    private static final int MOST_WATCHERS = 32;

    private final NodeStore nodes;
    private final FlowStore flows;
    private final Map<String, HardwareType> drivers;
    private final ConsoleSettings settings;
    private final String conductor;
    private final Clock clock;
    private final Map<NodeId, OpenConsole> open = new HashMap<>();
    /// known without a lock, as the engine asks at each look
    private final Map<NodeId, Long> recorded = new ConcurrentHashMap<>();
    private final Recordings recordings;
    private final Refusals refusals;
    private final TerminalPorts ports;
    private final LogQuota fullTold = new LogQuota(1, Duration.ofMinutes(5));
    private volatile boolean closed;

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
                OpenConsole console = open.get(id);
                if (console == null) {
                    continue;
                }
                if (node.isEmpty() || serial(node.get()).isEmpty()) {
                    end(id, console);
                    continue;
                }
                if (console.port().isPresent() && (node.get().maintenance() || !node.get().consoleEnabled() && console.servedFor(STARTING, clock.instant()))) {
                    console.stopServing();
                }
                reopened(console, node.get());
                if (console.recorded() && flow.isEmpty() && !console.booting(node.get(), clock.instant())) {
                    console.console().mark("recording ends");
                    console.stopRecording();
                    recorded.remove(id);
                }
                closeUnlessWanted(id, console);
            }
        }
    }

    private void closeUnlessWanted(NodeId id, OpenConsole console) {
        if (!console.wanted()) {
            open.remove(id);
            console.end();
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
                OpenConsole console = opened(node);
                console.record().ifPresent(tap -> recordings.write(node.id(), tap));
                console.heading(Recordings.heading(node, flow, clock.instant()));
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
            OpenConsole console = open.get(id);
            if (console != null && console.console().state() != State.CONNECTED && !console.console().why().isEmpty()) {
                return Optional.of(console.console().why());
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
            OpenConsole known = open.get(node.id());
            console = known == null ? null : known.console();
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
        OpenConsole console = opened(node);
        if (console.port().isPresent()) {
            return;
        }
        try {
            console.serve(port(node, console.console()), clock.instant());
        } finally {
            closeUnlessWanted(node.id(), console);
        }
    }

    public synchronized void disable(NodeId id) {
        OpenConsole console = open.get(id);
        if (console != null) {
            console.stopServing();
            closeUnlessWanted(id, console);
        }
    }

    /// Ironic's `console_info`; empty while it is not served here.
    public synchronized Optional<Map<String, Object>> connection(NodeId id) {
        return Optional.ofNullable(open.get(id)).flatMap(OpenConsole::port).map(port -> Map.of("type", "socat", "url", ports.url(port)));
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
            OpenConsole console = opened(node);
            if (console.watchers() >= MOST_WATCHERS) {
                throw new Failure.Conflict("%d clients are at the console of node %s already.".formatted(console.watchers(), node.displayName()));
            }
            return console.watch(() -> left(node.id(), console));
        }
    }

    private synchronized void left(NodeId id, OpenConsole console) {
        console.left();
        if (open.get(id) == console) {
            closeUnlessWanted(id, console);
        }
    }

    // --- lines

    private Optional<SerialConsole> serial(Node node) {
        return Optional.ofNullable(drivers.get(node.driver())).flatMap(driver -> driver.serialConsole(node.interfaces().getOrDefault("console", "no-console")));
    }

    /// A BMC that has got another address or password is spoken to by these. Called with the lock.
    private void reopened(OpenConsole open, Node node) {
        if (!open.changed(node.driverInfo())) {
            return;
        }
        NodeConsole console = open.console();
        try {
            console.line(serial(node).orElseThrow().open(DriverNode.of(node), console));
        } catch (DriverException e) {
            console.mark("driver_info is wrong: " + e.getMessage());
        }
    }

    /// Called with the lock.
    private OpenConsole opened(Node node) {
        if (closed) {
            throw new Failure.Conflict("The server stops.");
        }
        OpenConsole known = open.get(node.id());
        if (known != null) {
            return known;
        }
        if (open.size() >= settings.most()) {
            fullTold.next().ifPresent(_ -> LOG.warn("All {} consoles (bessemer.console.most) are in use; others are neither recorded nor served", settings.most()));
            throw new Failure.Conflict("All %d consoles that may be open at a time are in use. Close one, or raise bessemer.console.most.".formatted(settings.most()));
        }
        NodeConsole[] console = new NodeConsole[1];
        console[0] = new NodeConsole(() -> Thread.ofVirtual().start(() -> unavailable(node, console[0])));
        try {
            console[0].line(serial(node).orElseThrow().open(DriverNode.of(node), console[0]));
        } catch (DriverException e) {
            throw new Failure.Hardware("The console of node %s cannot be opened: %s".formatted(node.displayName(), e.getMessage()), e.kind().retryable(), e);
        }
        OpenConsole opened = new OpenConsole(console[0], node.driverInfo());
        open.put(node.id(), opened);
        return opened;
    }

    private synchronized void unavailable(Node node, NodeConsole console) {
        String why = console.why();
        refusals.add(node, why);
        LOG.info("A node has no serial console: node={} why={}", node.id(), why);
        OpenConsole known = open.get(node.id());
        if (known != null && known.console() == console) {
            end(node.id(), known);
        }
    }

    private void end(NodeId id, OpenConsole console) {
        recorded.remove(id);
        open.remove(id);
        console.end();
    }

    @Override
    public void close() {
        List<OpenConsole> all;
        synchronized (this) {
            closed = true;
            notifyAll();
            all = List.copyOf(open.values());
            open.clear();
        }
        all.forEach(console -> {
            console.stopServing();
            console.console().close();
        });
    }
}
