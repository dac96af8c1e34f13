package io.bessemer.plain;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The lights of Ironic's fake management, which are on until told otherwise.
final class FakeIndicators implements IndicatorInterface {
    private static final List<Indicator> ALL = List.of(
            new Indicator(Component.CHASSIS, "led-0", true, List.of(State.OFF, State.ON)),
            new Indicator(Component.SYSTEM, "led", false, List.of(State.BLINKING, State.OFF, State.ON)));

    private final Map<Light, State> states = new ConcurrentHashMap<>();

    private record Light(NodeId node, String name) {}

    @Override
    public List<Indicator> indicators(DriverNode node) {
        return ALL;
    }

    @Override
    public State state(DriverNode node, Indicator indicator) {
        return states.getOrDefault(new Light(node.id(), indicator.uniqueName()), State.ON);
    }

    @Override
    public void setState(DriverNode node, Indicator indicator, State state) {
        states.put(new Light(node.id(), indicator.uniqueName()), state);
    }
}
