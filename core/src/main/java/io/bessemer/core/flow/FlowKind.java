package io.bessemer.core.flow;

/// The pieces of durable work. What each does step by step is in the conductor.
public enum FlowKind {
    VERIFY,
    INSPECT,
    CLEAN,
    DEPLOY,
    TEAR_DOWN,
    ADOPT,
    SERVICE,
    RESCUE,
    UNRESCUE,
    POWER
}
