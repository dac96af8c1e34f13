package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.fault.Failure;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The vendor method of Ironic's `redfish` interface that changes the machine.
final class RedfishVendor implements VendorInterface {
    static final String EJECT_VMEDIA = "eject_vmedia";
    private static final Map<String, Method> METHODS = Map.of(EJECT_VMEDIA, new Method(Set.of("POST"), true, true,
            "Eject a virtual media device. If no device is provided then all attached devices will be ejected. Optional arguments: 'boot_device' - the boot device to eject, "
                    + "either 'cd', 'dvd', 'usb', or 'floppy'"));

    private final VirtualMediaInterface media;

    RedfishVendor(VirtualMediaInterface media) {
        this.media = media;
    }

    @Override
    public Map<String, Method> methods() {
        return METHODS;
    }

    @Override
    public Optional<Object> call(DriverNode node, String method, String httpMethod, Map<String, Object> arguments) throws DriverException {
        if (!method.equals(EJECT_VMEDIA)) {
            throw new DriverException(DriverException.Kind.UNSUPPORTED, "Vendor method '%s' is none of %s.".formatted(method, METHODS.keySet()));
        }
        media.detach(node, devices(arguments.get("boot_device")));
        return Optional.empty();
    }

    private static Set<Device> devices(Object asked) {
        return switch (asked == null ? "all" : asked.toString()) {
            case "all" -> EnumSet.copyOf(Arrays.asList(Device.values()));
            case "cd", "dvd", "cdrom" -> Set.of(Device.CDROM);
            case "usb", "disk" -> Set.of(Device.DISK);
            case "floppy" -> Set.of(Device.FLOPPY);
            default -> throw new Failure.Invalid("boot_device", "must be 'cd', 'dvd', 'usb' or 'floppy', or absent for all of them.");
        };
    }
}
