package io.bessemer.core.node;

import java.util.List;

/// Filters of a listing of ports; null means "any". Results come in order of creation unless `sortKey` says otherwise.
///
/// @param shards          ports of nodes in one of these
/// @param conductorGroups ports of nodes in one of these
/// @param visibleTo       a project: ports of nodes that it owns or leases
/// @param marker          the listing begins after this port, or at the start when null
/// @param limit           at most so many ports, 0 for no limit
/// @param sortKey         API name of a column, null for creation order
/// @param descending      reverses the order
public record PortQuery(
        List<String> shards,
        List<String> conductorGroups,
        String descriptionContains,
        String visibleTo,
        PortId marker,
        int limit,
        String sortKey,
        boolean descending) {

    public PortQuery {
        shards = shards == null ? null : List.copyOf(shards);
        conductorGroups = conductorGroups == null ? null : List.copyOf(conductorGroups);
    }

    public static PortQuery all() {
        return new PortQuery(null, null, null, null, null, 0, null, false);
    }
}
