package io.bessemer.core.flow;

/// What becomes of a node's flow in a [io.bessemer.core.node.Change].
public sealed interface FlowUpdate {
    /// nothing
    record None() implements FlowUpdate {}

    /// Replaces whatever flow there is, and schedules it for now.
    record Start(Flow flow) implements FlowUpdate {}

    /// Stores progress of the flow that runs. The runner that saves it is its own schedule.
    record Save(Flow flow) implements FlowUpdate {}

    /// The flow is done, failed or aborted.
    record End() implements FlowUpdate {}
}
