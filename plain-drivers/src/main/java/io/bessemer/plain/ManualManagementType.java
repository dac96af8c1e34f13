package io.bessemer.plain;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Ironic's `manual-management`: a person switches the machine on and off, and makes it boot from the network. A flow that says
/// "power on" waits for the machine as for any other, so the person has as long as a boot may take.
public final class ManualManagementType implements HardwareType {
    private final PowerInterface power = new FakePower(FakeDelays.NONE);
    private final ManagementInterface management = new ByHand();

    @Override
    public String name() {
        return "manual-management";
    }

    @Override
    public Map<String, List<String>> interfaces() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("power", List.of("fake"));
        names.put("management", List.of("noop"));
        names.put("boot", List.of("ipxe", "pxe"));
        names.put("deploy", List.of("direct"));
        names.put("inspect", List.of("agent", "no-inspect"));
        names.put("console", List.of("no-console"));
        names.put("network", List.of("noop"));
        names.put("raid", List.of("no-raid"));
        names.put("rescue", List.of("agent", "no-rescue"));
        names.put("storage", List.of("noop"));
        names.put("vendor", List.of("no-vendor"));
        names.put("bios", List.of("no-bios"));
        names.put("firmware", List.of("no-firmware"));
        return names;
    }

    @Override
    public Map<String, String> properties() {
        return Map.of();
    }

    @Override
    public void validate(DriverNode node) {
        // a person needs no address
    }

    @Override
    public PowerInterface power() {
        return power;
    }

    @Override
    public ManagementInterface management() {
        return management;
    }

    /// Ironic's `noop` management: boot devices are taken and left to the person, and to the order in the firmware.
    private static final class ByHand implements ManagementInterface {
        @Override
        public Set<BootDevice> supportedBootDevices(DriverNode node) {
            return Set.of(BootDevice.PXE, BootDevice.DISK);
        }

        @Override
        public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) {
            // the machine's own boot order decides: network first, whose boot script leaves the machine to its disk
        }

        @Override
        public BootDeviceSetting bootDevice(DriverNode node) {
            return new BootDeviceSetting(Optional.empty(), Optional.empty());
        }

        @Override
        public void injectNmi(DriverNode node) throws DriverException {
            throw unsupported("an NMI");
        }

        @Override
        public void identify(DriverNode node, int seconds) throws DriverException {
            throw unsupported("its identify light");
        }

        @Override
        public BmcIdentity identity(DriverNode node) {
            return BmcIdentity.ipmi(0, 0, "none", "none");
        }

        private static DriverException unsupported(String what) {
            return new DriverException(DriverException.Kind.UNSUPPORTED, "A machine of driver manual-management has no BMC that could give it %s.".formatted(what));
        }
    }
}
