package io.bessemer.plain;

import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverNode;
import java.util.Map;

/// Starts and stops nothing; that it is started is kept on the node.
final class FakeConsole implements ConsoleInterface {
    @Override
    public void start(DriverNode node) {
        // there is nothing to start
    }

    @Override
    public void stop(DriverNode node) {
        // there is nothing to stop
    }

    @Override
    public Map<String, Object> connection(DriverNode node) {
        return Map.of(); // as Ironic's fake says
    }
}
