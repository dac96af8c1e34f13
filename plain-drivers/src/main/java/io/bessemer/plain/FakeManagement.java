package io.bessemer.plain;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps what it is told, until the process ends.
final class FakeManagement implements ManagementInterface {
    private static final BootDeviceSetting AT_FIRST = new BootDeviceSetting(Optional.of(BootDevice.PXE), Optional.of(false));
    private static final Sensor INTAKE = new Sensor(Sensor.Kind.TEMPERATURE, "intake@fake", "Inlet Temp", "Intake", 21.5, "Cel", "Enabled", "OK",
            Map.of(Sensor.Threshold.UPPER_NON_CRITICAL, 38.0, Sensor.Threshold.UPPER_CRITICAL, 42.0), Map.of("identity", "intake"));
    private final Map<NodeId, BootDeviceSetting> settings = new ConcurrentHashMap<>();

    @Override
    public Set<BootDevice> supportedBootDevices(DriverNode node) {
        return EnumSet.of(BootDevice.PXE); // Ironic's fake knows this one, and clients' tests rely on it
    }

    @Override
    public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) {
        settings.put(node.id(), new BootDeviceSetting(Optional.of(device), Optional.of(persistent)));
    }

    @Override
    public BootDeviceSetting bootDevice(DriverNode node) {
        return settings.getOrDefault(node.id(), AT_FIRST);
    }

    @Override
    public List<Sensor> sensors(DriverNode node) {
        return List.of(INTAKE);
    }

    @Override
    public void injectNmi(DriverNode node) {
        // taken, and of no effect
    }

    @Override
    public void identify(DriverNode node, int seconds) {
        // taken, and of no effect
    }

    @Override
    public BmcIdentity identity(DriverNode node) {
        return BmcIdentity.ipmi(0, 0, "fake", "none");
    }
}
