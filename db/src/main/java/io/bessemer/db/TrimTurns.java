package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// When what is kept of a node, up to a length, is looked through for what is too old. Looking walks over all of it, so not every entry does.
final class TrimTurns {
    /// with more nodes all is forgotten, and looked through at the next entry: those that are no more must not be counted for ever
    static final int MOST = 100_000;

    private final int each;
    private final Map<NodeId, Integer> since = new ConcurrentHashMap<>();

    /// @param each so many entries of a node are added until it is looked through again
    TrimTurns(int each) {
        this.each = each;
    }

    /// A process that has just started does not know how many there are: at a node's first entries it is time.
    boolean due(NodeId node, int added) {
        if (since.size() >= MOST) {
            since.clear();
        }
        int entries = since.merge(node, since.containsKey(node) ? added : each, Integer::sum);
        if (entries < each) {
            return false;
        }
        since.put(node, 0);
        return true;
    }
}
