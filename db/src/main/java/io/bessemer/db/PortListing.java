package io.bessemer.db;

import io.bessemer.core.node.PortQuery;

/// A [PortQuery] in the types of the columns.
///
/// @param ofNodes whether it asks for something of the ports' nodes
/// @param marker  id of the row after which the listing begins, null for the start
/// @param sort    a column by [SortColumns], null for creation order
record PortListing(PortQuery q, boolean ofNodes, Long marker, String sort) {
    static PortListing of(PortQuery query, Long marker) {
        boolean ofNodes = query.shards() != null || query.conductorGroups() != null || query.visibleTo() != null;
        return new PortListing(query, ofNodes, marker, query.sortKey() == null ? null : SortColumns.PORTS.of(query.sortKey()));
    }
}
