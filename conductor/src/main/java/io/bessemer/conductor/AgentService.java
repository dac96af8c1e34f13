package io.bessemer.conductor;

import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.engine.Doorbell;
import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.flow.Memo;
import io.bessemer.conductor.pool.HostFailure;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What ramdisk agents, and hosts that were imaged, may say and ask. Each call but the first carries the bearer token that
/// [#open] gave; a wrong or stale one is `Failure.Unauthorized`.
public class AgentService {
    private static final Logger LOG = LoggerFactory.getLogger(AgentService.class);

    /// a poll looks by itself so often, should its bell ring in another process
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    /// an agent whose answer got lost may ask again within
    private static final Duration LOST_ANSWER = Duration.ofMinutes(2);
    private static final int MAX_EVENTS = 100;
    private static final int MAX_TEXT = 1000;
    /// of an image, which is delivered from machine to machine
    private static final List<String> SHARES = List.of("from_server_bytes", "from_neighbours_bytes");

    private final NodeStore nodes;
    private final PortStore ports;
    private final FlowStore flows;
    private final AgentStore agents;
    private final TimelineStore timelines;
    private final ConfigDrives configDrives;
    private final NodeChanges changes;
    private final Doorbell doorbell;
    private final FlowWaker waker;
    private final Runnable ringPools;
    private final Clock clock;
    private final ConductorSettings settings;
    private volatile boolean closing;

    /// @param ringPools tells the reconciler to look at once; a hint only
    AgentService(NodeStore nodes, PortStore ports, FlowStore flows, AgentStore agents, TimelineStore timelines, ConfigDrives configDrives,
            Doorbell doorbell, FlowWaker waker, Runnable ringPools, Clock clock, ConductorSettings settings) {
        this.nodes = nodes;
        this.ports = ports;
        this.flows = flows;
        this.agents = agents;
        this.timelines = timelines;
        this.configDrives = configDrives;
        this.changes = new NodeChanges(nodes);
        this.doorbell = doorbell;
        this.waker = waker;
        this.ringPools = ringPools;
        this.clock = clock;
        this.settings = settings;
    }

    /// A ramdisk came up: uses its one-time boot token and opens the node's session.
    ///
    /// The session's token follows from the boot token, so an agent whose answer was lost may ask again until it has used its
    /// session for the first time.
    ///
    /// @param address of the caller
    public Opened open(NodeId node, long attempt, String bootToken, String bootMac, String address, String version, String bootMode) {
        Instant now = clock.instant();
        String token = node + "." + Tokens.derive("agent", bootToken);
        Opened opened = new Opened(token, attempt, settings.pollWait(), settings.idlePowerOff());
        Optional<AgentSession> present = agents.session(node);
        boolean again = present.isPresent() && Tokens.matches(present.get().tokenHash(), token)
                && present.get().lastSeenAt().equals(present.get().startedAt())
                && now.isBefore(present.get().startedAt().plus(LOST_ANSWER));
        if (again) {
            return opened;
        }
        Optional<Flow> flow = flows.find(node);
        if (flow.isEmpty() || flow.get().attempt() != attempt || !Memo.netboots(flow.get())) {
            throw new Failure.Unauthorized("Boot attempt %d of node %s is over. A machine that boots now gets a fresh script.".formatted(attempt, node));
        }
        AgentSession session = new AgentSession(node, Tokens.hash(token), attempt, bootMac, address, version, bootMode, now, now);
        if (!agents.open(session, Tokens.hash(bootToken))) {
            throw new Failure.Unauthorized("The boot token of node %s is used, expired or unknown. A fresh boot gets a fresh one.".formatted(node));
        }
        observe(node, attempt, BootPhase.AGENT, "agent", "session", "The agent speaks from %s".formatted(address),
                Map.of("address", String.valueOf(address), "mac", String.valueOf(bootMac), "version", String.valueOf(version), "boot_mode", String.valueOf(bootMode)));
        LOG.info("Agent session opened: node={} attempt={} address={}", node, attempt, address);
        waker.wake(node);
        return opened;
    }

    /// What the agent shall do now; waits up to `wait` for something. Also counts as a heartbeat.
    public Optional<AgentCommand> next(NodeId node, String token, Duration wait) {
        long end = System.nanoTime() + (wait.compareTo(settings.pollWait()) < 0 ? wait : settings.pollWait()).toNanos();
        for (;;) {
            var bell = doorbell.bell(node);
            AgentSession session = authenticated(node, token);
            Optional<AgentCommand> command = agents.next(node, session.attempt());
            agents.seen(node, clock.instant());
            long left = end - System.nanoTime();
            if (command.isPresent() || left <= 0 || closing) {
                return command;
            }
            try {
                Doorbell.await(bell, Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    /// Answers the polls that are open, which a web server that stops would wait for, and then cut off.
    void close() {
        closing = true;
        doorbell.ringAll();
    }

    /// @param status `RUNNING` with progress, `SUCCEEDED` with a result or `FAILED` with an error
    /// @return false when the command is stale and the agent shall drop it
    public boolean report(NodeId node, String token, UUID command, AgentCommand.Status status, Map<String, Object> progress,
            Map<String, Object> result, String error) {
        AgentSession session = authenticated(node, token);
        Instant now = clock.instant();
        agents.seen(node, now);
        Optional<AgentCommand> found = agents.find(command).filter(one -> one.node().equals(node) && one.attempt() == session.attempt());
        Optional<Flow> flow = flows.find(node).filter(one -> one.attempt() == session.attempt());
        if (found.isEmpty() || flow.isEmpty()) {
            return false;
        }
        AgentCommand given = found.get();
        if (given.finished()) {
            return given.status() == status; // a report sent twice is as good as one
        }
        AgentCommand updated = new AgentCommand(given.id(), node, given.attempt(), given.step(), given.kind(), given.params(), status,
                progress == null ? given.progress() : progress, result, error, given.createdAt(), now);
        if (!agents.report(updated)) {
            return false;
        }
        if (updated.finished()) {
            boolean succeeded = status == AgentCommand.Status.SUCCEEDED;
            Map<String, Object> details = new LinkedHashMap<>(Map.of("step", given.step(), "seconds", Duration.between(given.createdAt(), now).toMillis() / 1000.0));
            SHARES.stream().filter(share -> updated.result().get(share) instanceof Number).forEach(share -> details.put(share, updated.result().get(share)));
            observe(node, given.attempt(), BootPhase.COMMAND, "agent", given.kind() + (succeeded ? "-done" : "-failed"),
                    succeeded ? "The agent is done: " + given.step() : "The agent failed at '%s': %s".formatted(given.step(), cut(error)),
                    details);
            waker.wake(node);
        }
        return true;
    }

    /// Timeline events seen by the agent: `{phase, event, message}`.
    public void events(NodeId node, String token, List<Map<String, Object>> events) {
        AgentSession session = authenticated(node, token);
        Instant now = clock.instant();
        agents.seen(node, now);
        List<TimelineEvent> rows = new ArrayList<>();
        for (Map<String, Object> event : events.subList(0, Math.min(events.size(), MAX_EVENTS))) {
            BootPhase phase = BootPhase.fromWire(String.valueOf(event.get("phase"))).orElse(BootPhase.AGENT);
            rows.add(new TimelineEvent(node, now, session.attempt(), phase, "agent", cut(String.valueOf(event.getOrDefault("event", "note"))),
                    cut(String.valueOf(event.getOrDefault("message", ""))), Map.of()));
        }
        timelines.append(rows);
    }

    /// The agent is about to power the machine off because it was idle.
    ///
    /// @throws Failure.Conflict when it must stay up
    public void goodbye(NodeId node, String token, String reason) {
        AgentSession session = authenticated(node, token);
        if (needed(node, session)) {
            throw new Failure.Conflict("The agent of node %s is needed: it shall stay.".formatted(node));
        }
        agents.close(node, "the agent said goodbye: " + reason, clock.instant());
        changes.commit(node, found -> Change.of(found, found.toBuilder().powerState(PowerState.OFF).build()));
        observe(node, session.attempt(), BootPhase.AGENT, "agent", "goodbye", "The agent powers the machine off: " + cut(reason), Map.of());
        waker.wake(node);
    }

    /// Somebody may be logged in there, or a flow goes on with it.
    private boolean needed(NodeId node, AgentSession session) {
        boolean works = flows.find(node).filter(flow -> flow.attempt() == session.attempt() && flow.memo().containsKey(Memo.SESSION)).isPresent();
        return works || changes.find(node).provisionState() == ProvisionState.RESCUED;
    }

    /// The config drive of the deploy that runs: an ISO 9660 image.
    ///
    /// @param server where this agent reached us, so that the host will too: `http://192.0.2.1:6386`
    public byte[] configDrive(NodeId node, String token, URI server) {
        AgentSession session = authenticated(node, token);
        agents.seen(node, clock.instant());
        Flow flow = flows.find(node).filter(one -> one.kind() == FlowKind.DEPLOY && one.attempt() == session.attempt())
                .orElseThrow(() -> new Failure.NotFound("Config drive of node", node.toString()));
        if (!(flow.memo().get(Memo.HOST_TOKEN) instanceof String hostToken)) {
            throw new Failure.NotFound("Config drive of node", node.toString());
        }
        return configDrives.build(changes.find(node), flow.attempt(), flow.args().get(ConfigDrives.ARGUMENT), hostToken, server);
    }

    /// A host that booted from its disk proves it, with the one-time token of its config drive. Saying it again changes nothing.
    public void hostUp(NodeId node, String hostToken, Map<String, Object> facts) {
        Node found = host(node, hostToken);
        if (found.driverInternalInfo().get("host_up_at") != null) {
            return;
        }
        Instant now = clock.instant();
        Map<String, Object> kept = facts == null || facts.size() > 50 ? Map.of() : facts;
        TimelineEvent event = new TimelineEvent(node, now, found.attempt(), BootPhase.HOST, "host", "up", "The operating system is up from its own disk", kept);
        changes.commit(node, newest -> new Change(newest,
                newest.toBuilder().internal("host_up_at", now.toString()).internal("host_facts", kept.isEmpty() ? null : kept).build(),
                List.of(), List.of(event), new FlowUpdate.None()));
        LOG.info("Host is up: node={}", node);
    }

    /// The first boot of a host failed before anything else on it could tell. What is told last holds; telling it again changes nothing.
    ///
    /// @param told what the host says: see [HostFailure#parse]
    public void hostFailed(NodeId node, String hostToken, Map<String, Object> told) {
        Node found = host(node, hostToken);
        HostFailure failure = HostFailure.parse(told, hostToken);
        Map<String, Object> kept = failure.toMap();
        if (kept.equals(found.driverInternalInfo().get(HostFailure.KEY))) {
            return;
        }
        TimelineEvent event = new TimelineEvent(node, clock.instant(), found.attempt(), BootPhase.HOST, "host", "first-boot-failed", failure.text(), kept);
        changes.commit(node, newest -> new Change(newest, newest.toBuilder().internal(HostFailure.KEY, kept).build(), List.of(), List.of(event), new FlowUpdate.None()));
        LOG.warn("The first boot of a host failed: node={} part={}", node, failure.part());
        ringPools.run();
    }

    private Node host(NodeId node, String hostToken) {
        Node found = nodes.find(node).orElseThrow(() -> new Failure.Unauthorized("The host token is wrong."));
        if (!Tokens.matches((String) found.driverInternalInfo().get("host_token_hash"), hostToken)) {
            throw new Failure.Unauthorized("The host token is wrong, or of an earlier deploy.");
        }
        return found;
    }

    /// Ironic's `GET /v1/lookup`: the node of these MAC addresses, or of this UUID, if it may be looked up now.
    public Optional<Node> lookup(List<String> addresses, Optional<NodeId> node) {
        Optional<Node> found = node.isPresent()
                ? nodes.find(node.get())
                : addresses.stream().map(MacAddress::parse).flatMap(Optional::stream).map(ports::findByAddress).flatMap(Optional::stream)
                        .map(Port::node).findFirst().flatMap(nodes::find);
        return found.filter(one -> StateClasses.LOOKUP_ALLOWED.contains(one.provisionState())
                || settings.fastTrack() && StateClasses.FAST_TRACK_LOOKUP_ALLOWED.contains(one.provisionState()));
    }

    /// Whose live session the token is of. The node's UUID is its first part.
    Optional<NodeId> nodeOf(String token) {
        int dot = token == null ? -1 : token.indexOf('.');
        Optional<NodeId> node = dot > 0 ? NodeId.parse(token.substring(0, dot)) : Optional.empty();
        return node.filter(id -> agents.session(id).filter(session -> Tokens.matches(session.tokenHash(), token)).isPresent());
    }

    private AgentSession authenticated(NodeId node, String token) {
        return agents.session(node).filter(session -> Tokens.matches(session.tokenHash(), token))
                .orElseThrow(() -> new Failure.Unauthorized("No such agent session on node %s: it was replaced or closed. Boot again.".formatted(node)));
    }

    private void observe(NodeId node, long attempt, BootPhase phase, String source, String event, String message, Map<String, Object> details) {
        timelines.append(List.of(new TimelineEvent(node, clock.instant(), attempt, phase, source, event, message, details)));
    }

    private static String cut(String text) {
        return text == null ? "" : text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    /// @param token           bearer token of the session
    /// @param attempt         fencing number; commands of lower attempts are not to be executed
    /// @param idlePowerOff    the agent powers off after so long without a command
    public record Opened(String token, long attempt, Duration pollWait, Duration idlePowerOff) {}
}
