package io.bessemer.conductor;

import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.flow.Inspection;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Ironic's own ramdisk, ironic-python-agent, says of the machine that it runs on: that it is up, and what it found there. It gets one token a boot, as it
/// asks which node it is. An inspection may be its work; the rest is done by our own agent.
public class IronicRamdisk {
    private static final Logger LOG = LoggerFactory.getLogger(IronicRamdisk.class);

    /// keys in `driver_internal_info`, as in Ironic; the token's is the SHA-256 alone, with the attempt in front
    static final String TOKEN = "agent_secret_token";
    private static final String URL = "agent_url";
    private static final String VERSION = "agent_version";
    private static final String LAST_HEARTBEAT = "agent_last_heartbeat";
    private static final String STATUS = "agent_status";
    private static final String STATUS_MESSAGE = "agent_status_message";
    private static final Set<String> KEYS = Set.of(TOKEN, URL, VERSION, LAST_HEARTBEAT, STATUS, STATUS_MESSAGE);
    private static final Set<ProvisionState> INSPECTED_IN = Set.of(ProvisionState.INSPECTING, ProvisionState.INSPECT_WAIT);
    private static final List<String> BMC_ADDRESSES = List.of("ipmi_address", "redfish_address");

    private final NodeStore nodes;
    private final PortStore ports;
    private final FlowStore flows;
    private final AgentStore agents;
    private final NodeChanges changes;
    private final FlowWaker waker;
    private final Clock clock;

    IronicRamdisk(NodeStore nodes, PortStore ports, FlowStore flows, AgentStore agents, FlowWaker waker, Clock clock) {
        this.nodes = nodes;
        this.ports = ports;
        this.flows = flows;
        this.agents = agents;
        this.changes = new NodeChanges(nodes);
        this.waker = waker;
        this.clock = clock;
    }

    /// The token for the ramdisk that asks first in this boot of the machine; empty for all that ask later.
    public Optional<String> token(NodeId id) {
        String token = Tokens.random();
        if (issued(changes.find(id))) {
            return Optional.empty();
        }
        String hash = Tokens.hash(token);
        Node stored = changes.commit(id, node -> issued(node) ? Change.of(node, node)
                : Change.of(node, without(node).toBuilder().internal(TOKEN, node.attempt() + ":" + hash).build()));
        return hash.equals(hashOf(stored)) ? Optional.of(token) : Optional.empty();
    }

    /// The machine is about to boot again: what runs on it then is another ramdisk.
    public static Node without(Node node) {
        Map<String, Object> kept = new LinkedHashMap<>(node.driverInternalInfo());
        return kept.keySet().removeAll(KEYS) ? node.toBuilder().driverInternalInfo(kept).build() : node;
    }

    /// Where it listens on this machine, if it does.
    public static Optional<String> speaks(Node node) {
        return issued(node) && node.driverInternalInfo().get(URL) instanceof String url ? Optional.of(url) : Optional.empty();
    }

    private static boolean issued(Node node) {
        return hashOf(node) != null;
    }

    /// Null when none was given out in this attempt.
    private static String hashOf(Node node) {
        String prefix = node.attempt() + ":";
        return node.driverInternalInfo().get(TOKEN) instanceof String stored && stored.startsWith(prefix) ? stored.substring(prefix.length()) : null;
    }

    /// The ramdisk is up, and goes on being so.
    ///
    /// @throws Failure.Invalid when the token is not the node's, or the ramdisk is another one than before
    public void heartbeat(NodeId id, Heartbeat heartbeat) {
        Node node = changes.find(id);
        if (!Tokens.matches(hashOf(node), heartbeat.token())) {
            throw new Failure.Invalid("agent_token", "Invalid or missing agent token received. It is given out by a lookup, once in each boot of the machine: boot it again.");
        }
        Object known = node.driverInternalInfo().get(URL);
        if (known != null && !known.equals(heartbeat.callbackUrl())) {
            throw new Failure.Invalid("callback_url", "Detected change in ramdisk provided \"callback_url\": it was '%s' in this boot of the machine.".formatted(known));
        }
        Instant now = clock.instant();
        changes.commit(id, newest -> change(newest, heartbeat, now));
        waker.wake(id);
    }

    private static Change change(Node node, Heartbeat heartbeat, Instant now) {
        Node after = node.toBuilder().internal(URL, heartbeat.callbackUrl()).internal(VERSION, heartbeat.version()).internal(LAST_HEARTBEAT, now.toString())
                .internal(STATUS, heartbeat.status()).internal(STATUS_MESSAGE, heartbeat.statusMessage()).build();
        boolean news = node.driverInternalInfo().get(URL) == null || !Objects.equals(node.driverInternalInfo().get(STATUS), heartbeat.status());
        if (!news) {
            return Change.of(node, after);
        }
        String told = heartbeat.status() == null ? "" : ", status '%s'%s".formatted(heartbeat.status(), heartbeat.statusMessage() == null ? "" : ": " + heartbeat.statusMessage());
        TimelineEvent event = new TimelineEvent(node.id(), now, node.attempt(), BootPhase.AGENT, "ironic-agent", "heartbeat",
                "Ironic's ramdisk speaks, at %s%s".formatted(heartbeat.callbackUrl(), told), Map.of("version", String.valueOf(heartbeat.version())));
        return new Change(node, after, List.of(), List.of(event), new FlowUpdate.None());
    }

    /// @param callbackUrl   where the ramdisk listens
    /// @param version       null when it does not say
    /// @param status        `start`, `end` or `error`; null when it does not say
    /// @param statusMessage null when it does not say
    public record Heartbeat(String callbackUrl, String token, String version, String status, String statusMessage) {
        @Override
        public String toString() {
            return "Heartbeat[callbackUrl=%s, token=***, version=%s, status=%s]".formatted(callbackUrl, version, status);
        }
    }

    /// The node that is being inspected and has that id, one of these MAC addresses, or this BMC.
    public Optional<Node> inspected(Optional<NodeId> id, List<MacAddress> addresses, List<String> bmcAddresses) {
        if (id.isPresent()) {
            return nodes.find(id.get()).filter(this::isInspected);
        }
        Optional<Node> byPort = addresses.stream().map(ports::findByAddress).flatMap(Optional::stream).map(Port::node).distinct().map(nodes::find)
                .flatMap(Optional::stream).filter(this::isInspected).findFirst();
        if (byPort.isPresent() || bmcAddresses.isEmpty()) {
            return byPort;
        }
        List<Node> byBmc = nodes.list(NodeQuery.in(ProvisionState.INSPECTING, ProvisionState.INSPECT_WAIT)).stream().filter(this::isInspected)
                .filter(node -> BMC_ADDRESSES.stream().map(node.driverInfo()::get).anyMatch(bmcAddresses::contains)).toList();
        return byBmc.size() == 1 ? Optional.of(byBmc.getFirst()) : Optional.empty();
    }

    private boolean isInspected(Node node) {
        return INSPECTED_IN.contains(node.provisionState()) && inspection(node.id()).isPresent();
    }

    private Optional<Flow> inspection(NodeId id) {
        return flows.find(id).filter(flow -> flow.kind() == FlowKind.INSPECT);
    }

    /// Hands what the ramdisk found to the inspection that waits for it. Safe to repeat.
    ///
    /// @throws Failure.Conflict when our own agent is at it
    public void found(NodeId id, Map<String, Object> inventory, Map<String, Object> pluginData) {
        Flow flow = inspection(id).orElseThrow(() -> new Failure.NotFound("Inspection of node", id.toString()));
        Instant now = clock.instant();
        AgentCommand done = new AgentCommand(UUID.randomUUID(), id, flow.attempt(), Inspection.commandOf(flow), "inspect", Map.of(), AgentCommand.Status.SUCCEEDED, Map.of(),
                Map.of("inventory", inventory, "plugin_data", pluginData), null, now, now);
        if (agents.ensure(done).status() != AgentCommand.Status.SUCCEEDED) {
            throw new Failure.Conflict("Node %s is being inspected by Bessemer's own agent.".formatted(id));
        }
        LOG.info("Ironic's ramdisk inspected a node: node={} attempt={}", id, flow.attempt());
        waker.wake(id);
    }
}
