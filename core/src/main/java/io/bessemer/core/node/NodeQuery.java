package io.bessemer.core.node;

import io.bessemer.core.lifecycle.ProvisionState;
import java.util.List;
import java.util.UUID;

/// Filters of a node listing; null means "any". Results come in order of creation unless `sortKey` says otherwise.
///
/// @param provisionStates any of these, or any at all when empty
/// @param parent    children of this node
/// @param noChildren nodes without a parent alone, unless `parent` says whose
/// @param marker    the listing begins after this node, or at the start when null
/// @param limit     at most so many nodes, 0 for no limit
/// @param sortKey   API name of a column, null for creation order
/// @param descending reverses the order
/// @param visibleTo a project: nodes that it owns or leases
public record NodeQuery(
        UUID instance,
        Boolean associated,
        Boolean maintenance,
        Boolean retired,
        List<ProvisionState> provisionStates,
        String driver,
        String resourceClass,
        Fault fault,
        String conductorGroup,
        String conductor,
        String owner,
        String lessee,
        UUID chassis,
        String shard,
        String descriptionContains,
        UUID parent,
        boolean noChildren,
        NodeId marker,
        int limit,
        String sortKey,
        boolean descending,
        String visibleTo) {

    public NodeQuery {
        provisionStates = List.copyOf(provisionStates);
    }

    /// The same query for a project's eyes.
    public NodeQuery visibleTo(String project) {
        return new NodeQuery(instance, associated, maintenance, retired, provisionStates, driver, resourceClass, fault, conductorGroup, conductor, owner, lessee,
                chassis, shard, descriptionContains, parent, noChildren, marker, limit, sortKey, descending, project);
    }

    public static NodeQuery all() {
        return new NodeQuery(null, null, null, null, List.of(), null, null, null, null, null, null, null, null, null, null, null, false, null, 0, null, false, null);
    }

    /// A page of all nodes.
    ///
    /// @param marker the last of the page before, null for the first
    public static NodeQuery page(NodeId marker, int limit) {
        return new NodeQuery(null, null, null, null, List.of(), null, null, null, null, null, null, null, null, null, null, null, false, marker, limit, null, false, null);
    }

    public static NodeQuery in(ProvisionState... states) {
        return new NodeQuery(null, null, null, null, List.of(states), null, null, null, null, null, null, null, null, null, null, null, false, null, 0, null, false, null);
    }

    public static NodeQuery childrenOf(NodeId parent) {
        return new NodeQuery(null, null, null, null, List.of(), null, null, null, null, null, null, null, null, null, null, parent.value(), false, null, 0, null, false, null);
    }
}
