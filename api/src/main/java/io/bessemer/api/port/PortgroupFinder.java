package io.bessemer.api.port;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PortgroupStore;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Port groups by what stands in a path or a filter: UUID or name.
@Component
final class PortgroupFinder {
    private final PortgroupStore groups;

    PortgroupFinder(PortgroupStore groups) {
        this.groups = groups;
    }

    /// @throws Failure.Invalid when it is neither UUID nor name
    /// @throws Failure.NotFound when there is no such group
    Portgroup find(String ident) {
        PortFields.requireIdent(ident, "portgroup");
        Optional<Portgroup> found = NodeId.parse(ident).isPresent() ? groups.find(NodeId.of(ident).value()) : groups.findByName(ident);
        return found.orElseThrow(() -> new Failure.NotFound("Portgroup", ident));
    }
}
