package io.bessemer.core.timeline;

import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;

/// Where boot timelines are kept: at most the newest 2,000 events of a node.
public interface TimelineStore {
    void append(List<TimelineEvent> events);

    /// In order of time.
    ///
    /// @param since null for all
    List<TimelineEvent> read(NodeId node, Instant since, int limit);
}
