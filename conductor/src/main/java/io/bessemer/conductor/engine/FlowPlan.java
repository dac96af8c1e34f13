package io.bessemer.conductor.engine;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a kind of flow does, and what becomes of the node when it is over.
public interface FlowPlan {
    /// as in "Deploy failed at ..."
    String title();

    List<Step> steps();

    Ending done(Node node);

    /// @param reason what `last_error` will say unless the ending says otherwise
    Ending failed(Node node, String reason);

    /// @param events transitions, in order
    /// @param node   with the ending's edits; transitions not yet applied
    /// @param next   the flow that begins in the same commit
    record Ending(List<LifecycleEvent> events, Node node, Optional<Next> next) {
        public Ending {
            events = List.copyOf(events);
        }
    }

    record Next(FlowKind kind, Map<String, Object> args) {}

    /// Finds the plan of a flow.
    @FunctionalInterface
    interface Book {
        FlowPlan planOf(Node node, Flow flow);

        /// All flows of the node below this attempt are over, which may be told twice or, after a kill, never.
        default void ended(NodeId node, long below) {}
    }
}
