package io.bessemer.conductor.simulation;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// A BMC with one machine, for tests in real time.
public final class OneMachine implements HardwareType, PowerInterface, ManagementInterface {
    /// takes orders and does nothing
    public volatile boolean stuck;
    /// calls do not return before the BMC would have been given up: as long as the IPMI driver takes for a dead one
    public volatile boolean dead;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile PowerState power = PowerState.OFF;

    /// Calls that a dead BMC holds up.
    public int waiting() {
        return waiting.get();
    }

    private void call() throws DriverException {
        if (!dead) {
            return;
        }
        waiting.incrementAndGet();
        try {
            Thread.sleep(Duration.ofSeconds(17));
            throw new DriverException(DriverException.Kind.UNREACHABLE, "The BMC did not answer.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(DriverException.Kind.BUSY, "Interrupted.", e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Map<String, List<String>> interfaces() {
        return Map.of("power", List.of("fake"));
    }

    @Override
    public Map<String, String> properties() {
        return Map.of();
    }

    @Override
    public void validate(DriverNode node) {
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
        call();
        return power;
    }

    @Override
    public void apply(DriverNode node, PowerAction action) throws DriverException {
        call();
        if (!stuck) {
            power = action == PowerAction.OFF || action == PowerAction.SOFT_OFF ? PowerState.OFF : PowerState.ON;
        }
    }

    @Override
    public Set<BootDevice> supportedBootDevices(DriverNode node) {
        return EnumSet.allOf(BootDevice.class);
    }

    @Override
    public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
        call();
    }

    @Override
    public BootDeviceSetting bootDevice(DriverNode node) {
        return new BootDeviceSetting(Optional.empty(), Optional.empty());
    }

    @Override
    public void injectNmi(DriverNode node) {
    }

    @Override
    public void identify(DriverNode node, int seconds) {
    }

    @Override
    public BmcIdentity identity(DriverNode node) {
        return BmcIdentity.ipmi(1, 2, "3.4", "2.0");
    }
}
