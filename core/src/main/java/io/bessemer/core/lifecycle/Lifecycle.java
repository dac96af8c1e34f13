package io.bessemer.core.lifecycle;

import static io.bessemer.core.lifecycle.LifecycleEvent.*;
import static io.bessemer.core.lifecycle.ProvisionState.*;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The one table of how nodes move: Ironic's 93 transitions (`ironic/common/state_machine.py`, API 1.115).
/// `docs/reference/lifecycle.md` is drawn from it.
public final class Lifecycle {
    public static final List<Transition> TABLE = List.of(
            verb(ENROLL, MANAGE, VERIFYING),
            internal(VERIFYING, DONE, MANAGEABLE),
            internal(VERIFYING, FAIL, ENROLL),
            verb(MANAGEABLE, ADOPT, ADOPTING),
            verb(MANAGEABLE, CLEAN, CLEANING),
            verb(MANAGEABLE, INSPECT, INSPECTING),
            verb(MANAGEABLE, PROVIDE, CLEANING),
            internal(INSPECTING, DONE, MANAGEABLE),
            internal(INSPECTING, FAIL, INSPECT_FAILED),
            internal(INSPECTING, WAIT, INSPECT_WAIT),
            verb(INSPECT_WAIT, ABORT, INSPECT_FAILED),
            internal(INSPECT_WAIT, DONE, MANAGEABLE),
            internal(INSPECT_WAIT, FAIL, INSPECT_FAILED),
            internal(INSPECT_WAIT, RESUME, INSPECTING),
            verb(INSPECT_FAILED, INSPECT, INSPECTING),
            verb(INSPECT_FAILED, MANAGE, MANAGEABLE),
            verb(AVAILABLE, DEPLOY, DEPLOYING),
            verb(AVAILABLE, MANAGE, MANAGEABLE),
            internal(CLEANING, DONE, AVAILABLE),
            internal(CLEANING, FAIL, CLEAN_FAILED),
            internal(CLEANING, HOLD, CLEAN_HOLD),
            internal(CLEANING, MANAGE, MANAGEABLE),
            internal(CLEANING, WAIT, CLEAN_WAIT),
            verb(CLEAN_WAIT, ABORT, CLEAN_FAILED),
            internal(CLEAN_WAIT, FAIL, CLEAN_FAILED),
            internal(CLEAN_WAIT, HOLD, CLEAN_HOLD),
            internal(CLEAN_WAIT, RESUME, CLEANING),
            verb(CLEAN_HOLD, ABORT, CLEAN_FAILED),
            verb(CLEAN_HOLD, UNHOLD, CLEAN_WAIT),
            verb(CLEAN_FAILED, MANAGE, MANAGEABLE),
            internal(ADOPTING, DONE, ACTIVE),
            internal(ADOPTING, FAIL, ADOPT_FAILED),
            verb(ADOPT_FAILED, ADOPT, ADOPTING),
            verb(ADOPT_FAILED, MANAGE, MANAGEABLE),
            internal(DEPLOYING, DONE, ACTIVE),
            internal(DEPLOYING, FAIL, DEPLOY_FAILED),
            internal(DEPLOYING, HOLD, DEPLOY_HOLD),
            internal(DEPLOYING, WAIT, DEPLOY_WAIT),
            verb(DEPLOY_WAIT, ABORT, DEPLOY_FAILED),
            verb(DEPLOY_WAIT, DELETE, DELETING),
            internal(DEPLOY_WAIT, FAIL, DEPLOY_FAILED),
            internal(DEPLOY_WAIT, HOLD, DEPLOY_HOLD),
            internal(DEPLOY_WAIT, RESUME, DEPLOYING),
            verb(DEPLOY_HOLD, ABORT, DEPLOY_FAILED),
            verb(DEPLOY_HOLD, UNHOLD, DEPLOY_WAIT),
            verb(DEPLOY_FAILED, DELETE, DELETING),
            verb(DEPLOY_FAILED, DEPLOY, DEPLOYING),
            verb(DEPLOY_FAILED, REBUILD, DEPLOYING),
            verb(ACTIVE, DELETE, DELETING),
            verb(ACTIVE, REBUILD, DEPLOYING),
            verb(ACTIVE, RESCUE, RESCUING),
            verb(ACTIVE, SERVICE, SERVICING),
            internal(DELETING, CLEAN, CLEANING),
            internal(DELETING, FAIL, ERROR),
            verb(ERROR, DELETE, DELETING),
            verb(ERROR, REBUILD, DEPLOYING),
            internal(RESCUING, DONE, RESCUED),
            internal(RESCUING, FAIL, RESCUE_FAILED),
            internal(RESCUING, WAIT, RESCUE_WAIT),
            verb(RESCUE_WAIT, ABORT, RESCUE_FAILED),
            verb(RESCUE_WAIT, DELETE, DELETING),
            internal(RESCUE_WAIT, FAIL, RESCUE_FAILED),
            internal(RESCUE_WAIT, RESUME, RESCUING),
            verb(RESCUED, DELETE, DELETING),
            verb(RESCUED, RESCUE, RESCUING),
            verb(RESCUED, UNRESCUE, UNRESCUING),
            verb(RESCUE_FAILED, DELETE, DELETING),
            verb(RESCUE_FAILED, RESCUE, RESCUING),
            verb(RESCUE_FAILED, UNRESCUE, UNRESCUING),
            internal(UNRESCUING, DONE, ACTIVE),
            internal(UNRESCUING, FAIL, UNRESCUE_FAILED),
            verb(UNRESCUE_FAILED, DELETE, DELETING),
            verb(UNRESCUE_FAILED, RESCUE, RESCUING),
            verb(UNRESCUE_FAILED, UNRESCUE, UNRESCUING),
            internal(SERVICING, DONE, ACTIVE),
            internal(SERVICING, FAIL, SERVICE_FAILED),
            internal(SERVICING, HOLD, SERVICE_HOLD),
            internal(SERVICING, WAIT, SERVICE_WAIT),
            verb(SERVICE_WAIT, ABORT, SERVICE_FAILED),
            verb(SERVICE_WAIT, DELETE, DELETING),
            internal(SERVICE_WAIT, FAIL, SERVICE_FAILED),
            internal(SERVICE_WAIT, HOLD, SERVICE_HOLD),
            internal(SERVICE_WAIT, RESUME, SERVICING),
            verb(SERVICE_HOLD, ABORT, SERVICE_FAILED),
            internal(SERVICE_HOLD, FAIL, SERVICE_FAILED),
            verb(SERVICE_HOLD, SERVICE, SERVICING),
            verb(SERVICE_HOLD, UNHOLD, SERVICE_WAIT),
            verb(SERVICE_FAILED, ABORT, ACTIVE),
            verb(SERVICE_FAILED, DELETE, DELETING),
            internal(SERVICE_FAILED, HOLD, SERVICE_HOLD),
            verb(SERVICE_FAILED, RESCUE, RESCUING),
            verb(SERVICE_FAILED, SERVICE, SERVICING),
            internal(SERVICE_FAILED, WAIT, SERVICE_WAIT));

    private static final Map<ProvisionState, Map<LifecycleEvent, Transition>> BY_STATE = index();

    private Lifecycle() {
    }

    /// Where `event` leads from `state`; empty when the table has no such row.
    public static Optional<Transition> find(ProvisionState state, LifecycleEvent event) {
        return Optional.ofNullable(BY_STATE.getOrDefault(state, Map.of()).get(event));
    }

    /// @throws IllegalStateException when the table has no such row: the caller's bug, not the client's
    public static ProvisionState next(ProvisionState state, LifecycleEvent event) {
        return find(state, event)
                .orElseThrow(() -> new IllegalStateException("No transition from '%s' by '%s'".formatted(state.wire(), event.wire())))
                .to();
    }

    /// The verbs that a client may use in `state`, in the order of the table.
    public static List<LifecycleEvent> verbs(ProvisionState state) {
        return TABLE.stream().filter(row -> row.from() == state && row.verb()).map(Transition::event).toList();
    }

    /// The event behind `{"target": ...}` of `PUT states/provision`: `active` and `deleted` are the old names of `deploy` and
    /// `undeploy` (Ironic API 1.73).
    public static Optional<LifecycleEvent> verbOf(String target) {
        return switch (target) {
            case "active", "deploy" -> Optional.of(DEPLOY);
            case "deleted", "undeploy" -> Optional.of(DELETE);
            case "rebuild", "manage", "provide", "inspect", "abort", "clean", "adopt", "rescue", "unrescue", "unhold", "service" ->
                    LifecycleEvent.fromWire(target);
            default -> Optional.empty();
        };
    }

    /// A Mermaid state diagram of the whole table.
    public static String mermaid() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> enroll\n");
        Arrays.stream(values()).forEach(state -> text.append("    state \"%s\" as %s\n".formatted(state.wire(), id(state))));
        TABLE.forEach(row -> text.append("    %s --> %s : %s\n"
                .formatted(id(row.from()), id(row.to()), row.verb() ? row.event().wire() : "(" + row.event().wire() + ")")));
        return text.toString();
    }

    private static String id(ProvisionState state) {
        return state.wire().replace(' ', '_').replace('-', '_');
    }

    private static ProvisionState[] values() {
        return ProvisionState.values();
    }

    private static Transition verb(ProvisionState from, LifecycleEvent event, ProvisionState to) {
        return new Transition(from, event, to, true);
    }

    private static Transition internal(ProvisionState from, LifecycleEvent event, ProvisionState to) {
        return new Transition(from, event, to, false);
    }

    private static Map<ProvisionState, Map<LifecycleEvent, Transition>> index() {
        Map<ProvisionState, Map<LifecycleEvent, Transition>> index = new EnumMap<>(ProvisionState.class);
        for (Transition row : TABLE) {
            Transition other = index.computeIfAbsent(row.from(), state -> new EnumMap<>(LifecycleEvent.class)).put(row.event(), row);
            if (other != null) {
                throw new IllegalStateException("Two exits from " + row.from() + " by " + row.event());
            }
        }
        return index;
    }
}
