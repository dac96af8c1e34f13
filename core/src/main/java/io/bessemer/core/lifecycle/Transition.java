package io.bessemer.core.lifecycle;

/// One row of the lifecycle table.
///
/// @param verb whether a client may ask for it; otherwise only Bessemer itself does
public record Transition(ProvisionState from, LifecycleEvent event, ProvisionState to, boolean verb) {
}
