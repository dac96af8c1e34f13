package io.bessemer.conductor.engine;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the thread that runs a node's flow asks of drivers. Whoever ends the flow ends the call under way as well, instead of waiting
/// for a dead BMC.
///
/// The thread is interrupted inside driver calls alone: an interrupt that meets H2 at its file closes the database.
final class DriverCalls {
    private final Thread thread = Thread.currentThread();
    private long attempt;
    private long fence;
    private boolean inside;

    /// The flow whose calls follow.
    synchronized void attempt(long number) {
        attempt = number;
    }

    /// From any thread: no call of attempts below `number` goes on, or begins.
    synchronized void stopBelow(long number) {
        fence = Math.max(fence, number);
        if (inside && stopped()) {
            thread.interrupt();
        }
    }

    synchronized boolean stopped() {
        return attempt < fence;
    }

    HardwareType of(HardwareType driver) {
        return new Stoppable(driver, this);
    }

    private interface Call<T> {
        T run() throws DriverException;
    }

    private <T> T call(Call<T> call) throws DriverException {
        synchronized (this) {
            if (stopped()) {
                throw new DriverException(DriverException.Kind.BUSY, "The flow that asked was ended.");
            }
            inside = true;
        }
        try {
            return call.run();
        } finally {
            synchronized (this) {
                inside = false;
                if (stopped()) {
                    Thread.interrupted(); // ours, and it has done its work
                }
            }
        }
    }

    private record Stoppable(HardwareType driver, DriverCalls calls) implements HardwareType, PowerInterface, ManagementInterface {
        @Override
        public String name() {
            return driver.name();
        }

        @Override
        public Map<String, List<String>> interfaces() {
            return driver.interfaces();
        }

        @Override
        public Map<String, String> properties() {
            return driver.properties();
        }

        @Override
        public void validate(DriverNode node) throws DriverException {
            driver.validate(node);
        }

        @Override
        public Duration pretends(String name) {
            return driver.pretends(name);
        }

        @Override
        public PowerInterface power() {
            return this;
        }

        @Override
        public ManagementInterface management() {
            return this;
        }

        @Override
        public PowerState state(DriverNode node) throws DriverException {
            return calls.call(() -> driver.power().state(node));
        }

        @Override
        public void apply(DriverNode node, PowerAction action) throws DriverException {
            calls.call(() -> {
                driver.power().apply(node, action);
                return action;
            });
        }

        @Override
        public Set<BootDevice> supportedBootDevices(DriverNode node) {
            return driver.management().supportedBootDevices(node);
        }

        @Override
        public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
            calls.call(() -> {
                driver.management().setBootDevice(node, device, mode, persistent);
                return device;
            });
        }

        @Override
        public BootDeviceSetting bootDevice(DriverNode node) throws DriverException {
            return calls.call(() -> driver.management().bootDevice(node));
        }

        @Override
        public void injectNmi(DriverNode node) throws DriverException {
            calls.call(() -> {
                driver.management().injectNmi(node);
                return node;
            });
        }

        @Override
        public void identify(DriverNode node, int seconds) throws DriverException {
            calls.call(() -> {
                driver.management().identify(node, seconds);
                return node;
            });
        }

        @Override
        public BmcIdentity identity(DriverNode node) throws DriverException {
            return calls.call(() -> driver.management().identity(node));
        }
    }
}
