package io.bessemer.core.lifecycle;

import java.util.Arrays;
import java.util.Optional;

/// What moves a node from one provision state to another, by Ironic's event names. Whether a client may ask for it depends on
/// the state too (`manage` ends a manual clean by itself): see [Transition#verb()].
public enum LifecycleEvent {
    MANAGE("manage"),
    DONE("done"),
    FAIL("fail"),
    ADOPT("adopt"),
    CLEAN("clean"),
    INSPECT("inspect"),
    PROVIDE("provide"),
    WAIT("wait"),
    ABORT("abort"),
    RESUME("resume"),
    DEPLOY("deploy"),
    HOLD("hold"),
    UNHOLD("unhold"),
    DELETE("delete"),
    REBUILD("rebuild"),
    RESCUE("rescue"),
    SERVICE("service"),
    UNRESCUE("unrescue");

    private final String wire;

    LifecycleEvent(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<LifecycleEvent> fromWire(String text) {
        return Arrays.stream(values()).filter(event -> event.wire.equals(text)).findFirst();
    }
}
