package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// All nodes, one after the other, of which a page at a time is in memory.
final class NodeWalk {
    static final int PAGE = 500;

    private NodeWalk() {}

    /// Each that is there from the beginning to the end is met, and met once: whoever walks may remove what he did not meet.
    ///
    /// @param list a page of them, in order of creation
    static <T> void of(Function<NodeQuery, List<T>> list, Function<T, NodeId> id, Consumer<T> each) {
        Set<NodeId> met = new HashSet<>();
        NodeId marker = null;
        List<T> page;
        do {
            try {
                page = list.apply(NodeQuery.page(marker, PAGE));
            } catch (Failure.NotFound deleted) { // the last one of the page before
                marker = null;
                page = list.apply(NodeQuery.page(null, PAGE));
            }
            for (T one : page) {
                marker = id.apply(one);
                if (met.add(marker)) {
                    each.accept(one);
                }
            }
        } while (page.size() == PAGE);
    }
}
