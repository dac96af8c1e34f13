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
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
    /// a BMC that has no console is not asked again at each flow
    private static final Duration FORGET_REFUSAL = Duration.ofMinutes(30);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final int RECORDING_WAITS = 1 << 20;
    private static final int WATCHER_WAITS = 256 << 10;
    private static final int MOST_WATCHERS = 32;
    private static final int TAIL = 32 << 10;
    private static final int MOST_READ = 8 << 20;
    private static final String BEGINS = "=== ";

    private final NodeStore nodes;
    private final FlowStore flows;
    private final Map<String, HardwareType> drivers;
    private final ConsoleSettings settings;
    private final String conductor;
    private final Clock clock;
    private final Map<NodeId, Entry> open = new HashMap<>();
    /// known without a lock, as the engine asks at each look
    private final Map<NodeId, Long> recorded = new ConcurrentHashMap<>();
    private final Map<NodeId, Refusal> refusals = new ConcurrentHashMap<>();
    private Instant fullToldAgainAt = Instant.MIN;
    private volatile boolean closed;

    /// Why a node has no console, as its BMC said, and to whom.
    private record Refusal(String why, Instant until, Map<String, Object> driverInfo) {}

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
        List<Node> all = nodes.list(NodeQuery.all());
        for (Node node : all) {
            if (node.consoleEnabled() && !node.maintenance() && ours(node) && serial(node).isPresent() && refused(node).isEmpty()) {
                try {
                    serve(node);
                } catch (Failure refused) {
                    LOG.info("The console of a node is not served: node={} why={}", node.id(), refused.getMessage());
                }
            }
        }
        Map<NodeId, Node> known = all.stream().collect(Collectors.toMap(Node::id, node -> node));
        for (Flow flow : flows.list()) {
            Node node = known.get(flow.node());
            if (node != null && ours(node)) {
                runs(node, flow);
            }
        }
        ConsoleLog.sweep(settings.directory(), known::containsKey);
        recorded.keySet().retainAll(known.keySet());
        refusals.values().removeIf(refusal -> refusal.until.isBefore(clock.instant()));
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
        if (attempt != null && attempt == flow.attempt() || serial(node).isEmpty() || refused(node).isPresent()) {
            return;
        }
        // looking up a BMC's name may take a while
        Thread.ofVirtual().name("console-of-" + node.id()).start(() -> record(node, flow));
    }

    private void record(Node node, Flow flow) {
        try {
            synchronized (this) {
                Entry entry = opened(node);
                if (entry.recording == null) {
                    Tap tap = entry.console.watch(RECORDING_WAITS, false, () -> {});
                    entry.recording = tap;
                    ConsoleLog log = new ConsoleLog(settings, node.id());
                    Thread.ofVirtual().name("console-log-" + node.id()).start(() -> write(node.id(), tap, log));
                }
                entry.recordedUntil = null;
                entry.recording.offer("\r\n%s%s of %s begins, attempt %d, %s\r\n".formatted(BEGINS, flow.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        node.displayName(), flow.attempt(), clock.instant().truncatedTo(ChronoUnit.SECONDS)).getBytes(StandardCharsets.UTF_8));
            }
        } catch (Failure.Conflict full) {
            LOG.info("The console of a node is not recorded: node={} why={}", node.id(), full.getMessage());
        } catch (Failure e) {
            refusals.put(node.id(), new Refusal(e.getMessage(), clock.instant().plus(FORGET_REFUSAL), node.driverInfo()));
            LOG.info("The console of a node is not recorded: node={} why={}", node.id(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("The console of a node is not recorded: node={}", node.id(), e);
        }
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

    private Optional<Refusal> refused(Node node) {
        return Optional.ofNullable(refusals.get(node.id())).filter(refusal -> refusal.until.isAfter(clock.instant()) && refusal.driverInfo.equals(node.driverInfo()));
    }

    /// The last lines that the console said since the flow under way, or the last one, began; clean. Empty when nothing was recorded.
    public List<String> tail(NodeId id, int lines) {
        if (settings.most() == 0) {
            return List.of();
        }
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

    /// The end of everything that was recorded of a node.
    ///
    /// @param bytes at most so many
    public byte[] recorded(NodeId id, int bytes) {
        return new ConsoleLog(settings, id).tail(Math.min(bytes, MOST_READ));
    }

    /// Why there is no recording, or what is wrong with the one under way; empty when nothing is.
    public Optional<String> trouble(NodeId id) {
        synchronized (this) {
            Entry entry = open.get(id);
            if (entry != null && entry.console.state() != State.CONNECTED && !entry.console.why().isEmpty()) {
                return Optional.of(entry.console.why());
            }
        }
        return Optional.ofNullable(refusals.get(id)).map(Refusal::why);
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
        refusals.remove(node.id());
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
            String why = console == null ? refused(node).map(Refusal::why).orElse("it was turned off at the same time") : console.why();
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
                : Optional.of(Map.of("type", "socat", "url", "tcp://%s:%d".formatted(host(), entry.port.port())));
    }

    private String host() {
        String address = settings.address().isAnyLocalAddress() ? conductor : settings.address().getHostAddress();
        return address.contains(":") ? "[" + address + "]" : address;
    }

    /// The port that the node names; else of the range that which its id points to, so that it stays the same, or the next that is free.
    private TerminalPort port(Node node, NodeConsole console) {
        OptionalInt named;
        try {
            named = serial(node).orElseThrow().terminalPort(DriverNode.of(node));
        } catch (DriverException e) {
            throw new Failure.Invalid("driver_info", e.getMessage());
        }
        int count = named.isPresent() ? 1 : settings.lastPort() - settings.firstPort() + 1;
        int from = Math.floorMod(node.id().value().hashCode(), count);
        for (int i = 0; i < count; i++) {
            int number = named.orElse(settings.firstPort() + (from + i) % count);
            try {
                return new TerminalPort(console, new InetSocketAddress(settings.address(), number));
            } catch (BindException taken) {
                LOG.debug("Port {} for a console is taken", number);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new Failure.Conflict(named.isPresent()
                ? "The console of node %s cannot be started: port %d (driver_info/ipmi_terminal_port) is taken on %s. Name another one, or remove the key."
                        .formatted(node.displayName(), named.getAsInt(), settings.address().getHostAddress())
                : "The console of node %s cannot be started: every port from %d to %d is taken. Raise bessemer.console.last-port, or disable a console."
                        .formatted(node.displayName(), settings.firstPort(), settings.lastPort()));
    }

    /// Somebody who looks in, and may type, without the console being turned on. Ends with [Watch#close].
    public Watch watch(Node node) {
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
            return new Watch(tap, entry.console);
        }
    }

    private synchronized void left(NodeId id, Entry entry) {
        entry.watchers--;
        if (open.get(id) == entry) {
            closeUnlessWanted(id, entry);
        }
    }

    /// One who looks in.
    public static final class Watch implements AutoCloseable {
        private final Tap tap;
        private final NodeConsole console;
        private boolean left;

        private Watch(Tap tap, NodeConsole console) {
            this.tap = tap;
            this.console = console;
        }

        /// The next text; empty when none came in time, null after the end.
        public byte[] take(Duration patience) throws InterruptedException {
            return tap.take(patience);
        }

        /// @return false when the line is not connected, or the machine takes nothing: it was dropped
        public boolean type(byte[] text) {
            return console.type(text);
        }

        public void sendBreak() {
            console.sendBreak();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (left) {
                    return;
                }
                left = true;
            }
            tap.close();
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
        refusals.put(node.id(), new Refusal(why, clock.instant().plus(FORGET_REFUSAL), node.driverInfo()));
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
