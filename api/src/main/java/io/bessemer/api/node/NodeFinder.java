package io.bessemer.api.node;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Nodes by what stands in a path: UUID or name.
@Component
public final class NodeFinder implements Targets {
    private final NodeStore nodes;

    NodeFinder(NodeStore nodes) {
        this.nodes = nodes;
    }

    /// @throws Failure.NotFound when there is no such node
    public Node find(String ident) {
        return lookUp(ident).orElseThrow(() -> new Failure.NotFound("Node", ident));
    }

    /// Only when the caller may see it.
    public Optional<Node> lookUp(String ident, RequestContext context) {
        return lookUp(ident).filter(node -> Policy.sees(context.caller(), Owned.by(node)));
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
