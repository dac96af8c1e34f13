package io.bessemer.core.driver;

import java.util.Map;

/// A machine's serial or graphical console.
public interface ConsoleInterface {
    /// Safe to repeat.
    void start(DriverNode node) throws DriverException;

    /// Safe to repeat.
    void stop(DriverNode node) throws DriverException;

    /// How to reach it while it is started: Ironic's `console_info`, `{"type": "socat", "url": "tcp://..."}`.
    Map<String, Object> connection(DriverNode node) throws DriverException;
}
