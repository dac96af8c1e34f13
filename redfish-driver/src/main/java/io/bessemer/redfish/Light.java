package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.IndicatorInterface.State;
import io.bessemer.redfish.client.Resource;
import java.util.List;
import java.util.Optional;

/// The identify light of a system or chassis, in the newer way (`LocationIndicatorActive`) or the older (`IndicatorLED`).
record Light(Resource of, boolean newer) {
    static Optional<Light> of(Resource resource) {
        if (resource.has("/LocationIndicatorActive")) {
            return Optional.of(new Light(resource, true));
        }
        return resource.has("/IndicatorLED") ? Optional.of(new Light(resource, false)) : Optional.empty();
    }

    List<State> states() {
        return newer ? List.of(State.OFF, State.ON) : List.of(State.BLINKING, State.OFF, State.ON);
    }

    State state() {
        if (newer) {
            return of.flag("/LocationIndicatorActive").map(on -> on ? State.ON : State.OFF).orElse(State.UNKNOWN);
        }
        return switch (of.text("/IndicatorLED").orElse("")) {
            case "Lit" -> State.ON;
            case "Off" -> State.OFF;
            case "Blinking" -> State.BLINKING;
            default -> State.UNKNOWN;
        };
    }

    void set(NodeBmc bmc, State state) throws DriverException {
        Object value = newer ? (Object) (state != State.OFF) : switch (state) {
            case ON -> "Lit";
            case BLINKING -> "Blinking";
            case OFF, UNKNOWN -> "Off";
        };
        bmc.tell(to -> to.patch(of.path(), NodeBmc.body(newer ? "LocationIndicatorActive" : "IndicatorLED", value)));
    }

    /// For a person who looks for the machine.
    void set(NodeBmc bmc, boolean on) throws DriverException {
        set(bmc, on ? newer ? State.ON : State.BLINKING : State.OFF);
    }
}
