package io.bessemer.api.node;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/// Nodes by what stands in a path: UUID or name.
@Component
public final class NodeFinder implements Targets {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(100);

    private final NodeStore nodes;

    NodeFinder(NodeStore nodes) {
        this.nodes = nodes;
    }

    /// @throws Failure.NotFound when there is no such node
    public Node find(String ident) {
        return lookUp(ident).orElseThrow(() -> new Failure.NotFound("Node", ident));
    }

    /// The node as it is when nobody works on it, nor waits for its power to change. Waits for that, as Ironic does (`[conductor]node_locked_retry_attempts`): a client that has just
    /// changed the node's power would be refused otherwise. Blocks a virtual thread of Tomcat.
    ///
    /// @throws Failure.NodeLocked after three seconds
    /// @throws Failure.NotFound when it is gone by then
    public Node unlocked(Node node) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Node now = node;
        while (now.reservation() != null || now.targetPowerState() != null) {
            if (System.nanoTime() > deadline) {
                throw locked(now);
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw locked(now);
            }
            now = nodes.find(node.id()).orElseThrow(() -> new Failure.NotFound("Node", node.id().toString()));
        }
        return now;
    }

    private static Failure.NodeLocked locked(Node node) {
        return new Failure.NodeLocked(node.displayName(),
                node.reservation() != null ? node.reservation() : "its change of power to '%s'".formatted(node.targetPowerState().wire()));
    }

    /// Only when the caller may see it.
    public Optional<Node> lookUp(String ident, RequestContext context) {
        return lookUp(ident).filter(node -> Policy.sees(context.caller(), Owned.by(node)));
    }

    /// As [#find(String)], but what the caller may not see is not there.
    public Node seen(String ident, RequestContext context) {
        return lookUp(ident, context).orElseThrow(() -> new Failure.NotFound("Node", ident));
    }

    /// Of things that belong to nodes: those whose node the caller may see.
    public <T> List<T> visible(List<T> things, Function<T, NodeId> node, RequestContext context) {
        Optional<String> project = seesOnly(context);
        if (things.isEmpty() || project.isEmpty()) {
            return things;
        }
        Set<NodeId> visible = nodes.listBrief(NodeQuery.all().visibleTo(project.get())).stream().map(Node::id).collect(Collectors.toSet());
        return things.stream().filter(thing -> visible.contains(node.apply(thing))).toList();
    }

    /// The project whose nodes alone the caller sees; empty when it sees all.
    public Optional<String> seesOnly(RequestContext context) {
        return Policy.allows(context.caller(), Policy.LIST_ALL_NODES, Owned.BY_THE_SYSTEM) ? Optional.empty() : Optional.of(context.caller().project());
    }

    /// Whose a thing of a node is.
    public Optional<Owned> owned(NodeId id) {
        return nodes.find(id).map(Owned::by);
    }

    @Override
    public String variable() {
        return "node";
    }

    @Override
    public String what() {
        return "Node";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return lookUp(ident).map(Owned::by);
    }

    public Optional<Node> lookUp(String ident) {
        Optional<NodeId> id = NodeId.parse(ident);
        return id.isPresent() ? nodes.find(id.get()) : NodeName.valid(ident) ? nodes.findByName(ident) : Optional.empty();
    }
}
