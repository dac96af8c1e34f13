package io.bessemer.conductor.flow;

import io.bessemer.core.node.Node;
import java.util.Map;

/// What steps belong to, and where a node shows the one that runs.
public enum StepFamily {
    CLEAN("clean", "clean_steps"),
    DEPLOY("deploy", "deploy_steps"),
    SERVICE("service", "service_steps");

    private final String wire;
    private final String argument;

    StepFamily(String wire, String argument) {
        this.wire = wire;
        this.argument = argument;
    }

    public String wire() {
        return wire;
    }

    /// of the client's request, and of the flow
    public String argument() {
        return argument;
    }

    Map<String, Object> shown(Node node) {
        return switch (this) {
            case CLEAN -> node.cleanStep();
            case DEPLOY -> node.deployStep();
            case SERVICE -> node.serviceStep();
        };
    }

    Node show(Node node, Map<String, Object> step) {
        Node.Builder changed = node.toBuilder();
        return switch (this) {
            case CLEAN -> changed.cleanStep(step).build();
            case DEPLOY -> changed.deployStep(step).build();
            case SERVICE -> changed.serviceStep(step).build();
        };
    }
}
