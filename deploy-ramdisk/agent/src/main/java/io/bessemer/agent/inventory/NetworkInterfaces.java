package io.bessemer.agent.inventory;

import io.bessemer.agent.linux.Sysfs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The machine's NICs from `/sys/class/net`: those with a device behind them.
final class NetworkInterfaces {
    private static final Pattern PCI = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    private NetworkInterfaces() {}

    /// @param address gives the IPv4 address of an interface, null when it has none
    static List<Map<String, Object>> list(Sysfs sysfs, UnaryOperator<String> address) {
        return sysfs.names("/sys/class/net").stream().filter(name -> sysfs.exists("/sys/class/net/" + name + "/device"))
                .map(name -> describe(sysfs, name, address)).toList();
    }

    private static Map<String, Object> describe(Sysfs sysfs, String name, UnaryOperator<String> address) {
        String folder = "/sys/class/net/" + name + "/";
        Optional<Path> pci = pci(sysfs.real(sysfs.path(folder + "device")));
        var map = new LinkedHashMap<String, Object>();
        map.put("name", name);
        map.put("mac_address", sysfs.text(folder + "address"));
        map.put("ipv4_address", address.apply(name));
        map.put("ipv6_address", null);
        map.put("has_carrier", sysfs.text(folder + "carrier").equals("1"));
        map.put("lldp", null);
        map.put("vendor", pci.map(device -> orNull(sysfs.text(device.resolve("vendor")))).orElse(null));
        map.put("product", pci.map(device -> orNull(sysfs.text(device.resolve("device")))).orElse(null));
        map.put("client_id", null);
        map.put("biosdevname", null);
        String speed = sysfs.text(folder + "speed");
        map.put("speed_mbps", speed.matches("[1-9]\\d{0,8}") ? Long.valueOf(speed) : null);
        map.put("pci_address", pci.map(device -> device.getFileName().toString()).orElse(null));
        map.put("driver", sysfs.real(sysfs.path(folder + "device/driver")).map(driver -> driver.getFileName().toString()).orElse(null));
        return map;
    }

    /// The nearest PCI device: a virtio NIC has one above it.
    private static Optional<Path> pci(Optional<Path> device) {
        for (Path path = device.orElse(null); path != null && path.getFileName() != null; path = path.getParent()) {
            if (PCI.matcher(path.getFileName().toString()).matches()) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
