package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.ipmi.command.ChassisIdentify;
import io.bessemer.ipmi.command.GetChassisStatus;
import java.util.List;

/// The one light that IPMI knows: chassis identify.
final class IpmiIndicators implements IndicatorInterface {
    private static final List<Indicator> LIGHTS = List.of(new Indicator(Component.CHASSIS, "led", false, List.of(State.ON, State.OFF)));

    private final Bmcs bmcs;

    IpmiIndicators(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public List<Indicator> indicators(DriverNode node) {
        return LIGHTS;
    }

    @Override
    public State state(DriverNode node, Indicator indicator) throws DriverException {
        return switch (bmcs.of(node).run(new GetChassisStatus()).identify()) {
            case OFF -> State.OFF;
            case FOR_A_WHILE, ON -> State.ON;
            case UNKNOWN -> State.UNKNOWN;
        };
    }

    @Override
    public void setState(DriverNode node, Indicator indicator, State state) throws DriverException {
        bmcs.of(node).run(state == State.ON ? ChassisIdentify.untilTurnedOff() : new ChassisIdentify(0));
    }
}
