package io.bessemer.core.driver;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The lights of a machine, Ironic API 1.63.
public interface IndicatorInterface {
    List<Indicator> indicators(DriverNode node) throws DriverException;

    /// @param indicator one of [#indicators]
    State state(DriverNode node, Indicator indicator) throws DriverException;

    /// @param indicator one of [#indicators], not read-only
    /// @param state     one of its states
    void setState(DriverNode node, Indicator indicator, State state) throws DriverException;

    /// @param name   unique within its component: `led-0`
    /// @param states those that it can be in
    record Indicator(Component component, String name, boolean readOnly, List<State> states) {
        public Indicator {
            states = List.copyOf(states);
        }

        /// `led-0@chassis`, as in the API's paths
        public String uniqueName() {
            return name + "@" + component.wire();
        }
    }

    enum Component {
        CHASSIS, SYSTEM, DISK, POWER, NIC;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum State {
        ON, OFF, BLINKING, UNKNOWN;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<State> fromWire(String text) {
            return Arrays.stream(values()).filter(state -> state.wire().equals(text)).findFirst();
        }
    }
}
