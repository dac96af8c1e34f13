package io.bessemer.core.lifecycle;

import static io.bessemer.core.lifecycle.ProvisionState.*;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What follows from a provision state alone (`ironic/common/states.py`).
public final class StateClasses {
    /// A node rests here; reaching one clears `target_provision_state`.
    public static final Set<ProvisionState> STABLE = of(ENROLL, MANAGEABLE, AVAILABLE, ACTIVE, ERROR, RESCUED);

    /// Work is under way or awaited; each of these ends by itself.
    public static final Set<ProvisionState> BUSY = of(VERIFYING, ADOPTING, CLEANING, INSPECTING, INSPECT_WAIT, DEPLOYING, CLEAN_WAIT, DEPLOY_WAIT, DELETING,
            RESCUING, SERVICING, RESCUE_WAIT, UNRESCUING, SERVICE_WAIT);

    /// Work stands still until somebody lets it go on.
    public static final Set<ProvisionState> HELD = of(CLEAN_HOLD, DEPLOY_HOLD, SERVICE_HOLD);

    /// PATCH is allowed even while `target_provision_state` is set.
    public static final Set<ProvisionState> UPDATE_ALLOWED = of(
            ENROLL, VERIFYING, MANAGEABLE, INSPECTING, INSPECT_FAILED, INSPECT_WAIT, AVAILABLE, CLEAN_FAILED, ACTIVE,
            ADOPT_FAILED, DEPLOY_FAILED, ERROR, RESCUED, RESCUE_FAILED, UNRESCUE_FAILED, SERVICE_FAILED,
            SERVICE_HOLD);

    /// DELETE is allowed without maintenance.
    public static final Set<ProvisionState> DELETE_ALLOWED = of(ENROLL, MANAGEABLE, AVAILABLE, ADOPT_FAILED);

    /// A ramdisk may look its node up.
    public static final Set<ProvisionState> LOOKUP_ALLOWED = of(
            CLEANING, INSPECTING, INSPECT_WAIT, DEPLOYING, CLEAN_WAIT, DEPLOY_WAIT, RESCUING, RESCUE_WAIT, SERVICE_WAIT);

    /// ... and in these too when it stays up from one flow to the next (fast track).
    public static final Set<ProvisionState> FAST_TRACK_LOOKUP_ALLOWED = of(ENROLL, MANAGEABLE, AVAILABLE, SERVICING, SERVICE_HOLD);

    private StateClasses() {
    }

    /// The stable state that work in `state` aims at, which the API shows as `target_provision_state`. A manual clean and a
    /// rescue in between aim elsewhere: the flow knows.
    public static Optional<ProvisionState> target(ProvisionState state) {
        return switch (state) {
            case VERIFYING, INSPECTING, INSPECT_FAILED, INSPECT_WAIT ->
                    Optional.of(MANAGEABLE);
            case CLEANING, CLEAN_FAILED, CLEAN_HOLD, CLEAN_WAIT, DELETING ->
                    Optional.of(AVAILABLE);
            case ADOPTING, DEPLOYING, ADOPT_FAILED, DEPLOY_FAILED, DEPLOY_HOLD, DEPLOY_WAIT, SERVICING, UNRESCUING,
                    UNRESCUE_FAILED, SERVICE_FAILED, SERVICE_HOLD, SERVICE_WAIT ->
                    Optional.of(ACTIVE);
            case RESCUING, RESCUE_FAILED, RESCUE_WAIT ->
                    Optional.of(RESCUED);
            case ENROLL, MANAGEABLE, AVAILABLE, ACTIVE, ERROR, RESCUED -> Optional.empty();
        };
    }

    /// The state in which the flow of `state` waits, and the state in which it executes, are the same for a client who only wants
    /// to know whether it failed.
    public static boolean isFailed(ProvisionState state) {
        return state == ERROR || state.wire().endsWith(" failed");
    }

    private static Set<ProvisionState> of(ProvisionState first, ProvisionState... rest) {
        return Collections.unmodifiableSet(EnumSet.of(first, rest));
    }
}
