package io.bessemer.plain;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A machine is as it was told last, and after a restart as its node says.
final class FakePower implements PowerInterface {
    private final Map<NodeId, PowerState> states = new ConcurrentHashMap<>();
    private final FakeDelays delays;

    FakePower(FakeDelays delays) {
        this.delays = delays;
    }

    @Override
    public PowerState state(DriverNode node) throws DriverException {
        pause(delays.of("power"));
        return states.getOrDefault(node.id(), node.knownPower() == PowerState.ON ? PowerState.ON : PowerState.OFF);
    }

    @Override
    public void apply(DriverNode node, PowerAction action) throws DriverException {
        pause(delays.of("power"));
        states.put(node.id(), switch (action) {
            case ON, CYCLE, RESET -> PowerState.ON;
            case OFF, SOFT_OFF -> PowerState.OFF;
        });
    }

    static void pause(Duration time) throws DriverException {
        if (time.isZero()) {
            return;
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(DriverException.Kind.BUSY, "The fake machine was interrupted while it pretended to work.", e);
        }
    }
}
