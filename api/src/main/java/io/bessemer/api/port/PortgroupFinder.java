package io.bessemer.api.port;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PortgroupStore;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Port groups by what stands in a path or a filter: UUID or name.
@Component
final class PortgroupFinder implements Targets {
    private final PortgroupStore groups;
    private final NodeFinder nodes;

    PortgroupFinder(PortgroupStore groups, NodeFinder nodes) {
        this.groups = groups;
        this.nodes = nodes;
    }

    /// @throws Failure.Invalid when it is neither UUID nor name
    /// @throws Failure.NotFound when there is no such group
    Portgroup find(String ident) {
        PortFields.requireIdent(ident, "portgroup");
        return lookUp(ident).orElseThrow(() -> new Failure.NotFound("Portgroup", ident));
    }

    /// As [#find(String)], but what the caller may not see is not there.
    Portgroup seen(String ident, RequestContext context) {
        Portgroup found = find(ident);
        return nodes.owned(found.node()).filter(thing -> Policy.sees(context.caller(), thing)).map(_ -> found).orElseThrow(() -> new Failure.NotFound("Portgroup", ident));
    }

    private Optional<Portgroup> lookUp(String ident) {
        return NodeId.parse(ident).isPresent() ? groups.find(NodeId.of(ident).value()) : groups.findByName(ident);
    }

    @Override
    public String variable() {
        return "portgroup";
    }

    @Override
    public String what() {
        return "Portgroup";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return lookUp(ident).flatMap(group -> nodes.owned(group.node()));
    }
}
