package io.bessemer.core.lifecycle;

import java.util.Arrays;
import java.util.Optional;

/// The provision states of a node, with the strings that Ironic's clients know. What follows from a state is in
/// [StateClasses]; how a node gets from one to another is in [Lifecycle].
public enum ProvisionState {
    ENROLL("enroll"),
    VERIFYING("verifying"),
    MANAGEABLE("manageable"),
    ADOPTING("adopting"),
    CLEANING("cleaning"),
    INSPECTING("inspecting"),
    INSPECT_FAILED("inspect failed"),
    INSPECT_WAIT("inspect wait"),
    AVAILABLE("available"),
    DEPLOYING("deploying"),
    CLEAN_FAILED("clean failed"),
    CLEAN_HOLD("clean hold"),
    CLEAN_WAIT("clean wait"),
    ACTIVE("active"),
    ADOPT_FAILED("adopt failed"),
    DEPLOY_FAILED("deploy failed"),
    DEPLOY_HOLD("deploy hold"),
    DEPLOY_WAIT("wait call-back"),
    DELETING("deleting"),
    RESCUING("rescuing"),
    SERVICING("servicing"),
    ERROR("error"),
    RESCUED("rescue"),
    RESCUE_FAILED("rescue failed"),
    RESCUE_WAIT("rescue wait"),
    UNRESCUING("unrescuing"),
    UNRESCUE_FAILED("unrescue failed"),
    SERVICE_FAILED("service failed"),
    SERVICE_HOLD("service hold"),
    SERVICE_WAIT("service wait");

    private final String wire;

    ProvisionState(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<ProvisionState> fromWire(String text) {
        return Arrays.stream(values()).filter(state -> state.wire.equals(text)).findFirst();
    }
}
