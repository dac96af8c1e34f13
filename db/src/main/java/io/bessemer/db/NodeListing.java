package io.bessemer.db;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.NodeQuery;
import java.util.List;

/// A [NodeQuery] in the types of the columns.
///
/// @param marker id of the row after which the listing begins, null for the start
/// @param sort   a column by [SortColumns], null for creation order
record NodeListing(NodeQuery q, String instance, String chassis, String parent, List<String> states, String fault, Long marker, String sort) {
    static NodeListing of(NodeQuery query, Long marker) {
        return new NodeListing(query,
                query.instance() == null ? null : query.instance().toString(),
                query.chassis() == null ? null : query.chassis().toString(),
                query.parent() == null ? null : query.parent().toString(),
                query.provisionStates().stream().map(ProvisionState::wire).toList(),
                query.fault() == null ? null : query.fault().wire(),
                marker,
                query.sortKey() == null || query.sortKey().equals("id") ? null : SortColumns.NODES.of(query.sortKey()));
    }
}
