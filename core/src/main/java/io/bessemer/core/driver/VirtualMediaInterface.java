package io.bessemer.core.driver;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Images that a BMC shows to its machine as drives, Ironic API 1.89.
public interface VirtualMediaInterface {
    /// What is in the drives, empty ones included.
    List<Drive> drives(DriverNode node) throws DriverException;

    /// Safe to repeat; what was in the drive before is taken out.
    ///
    /// @param image a URL that the BMC reaches
    void attach(DriverNode node, Device device, String image) throws DriverException;

    /// Safe to repeat.
    void detach(DriverNode node, Set<Device> devices) throws DriverException;

    /// @param image what is in it, null when it is empty
    record Drive(Device device, String image) {}

    enum Device {
        DISK, CDROM, FLOPPY;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Device> fromWire(String text) {
            return Arrays.stream(values()).filter(device -> device.wire().equals(text)).findFirst();
        }
    }
}
