package io.bessemer.agent.inventory;

import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.Disks;
import io.bessemer.agent.linux.Sysfs;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The command `inspect`. Field names are Ironic's; what is not known is null, as there.
public final class InventoryReader {
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");

    private final Sysfs sysfs;
    private final String bootMac;

    /// @param bootMac NIC that the machine booted by, empty when unknown
    public InventoryReader(Sysfs sysfs, String bootMac) {
        this.sysfs = sysfs;
        this.bootMac = bootMac;
    }

    public Map<String, Object> read() throws InterruptedException {
        var inventory = new LinkedHashMap<String, Object>();
        inventory.put("interfaces", NetworkInterfaces.list(sysfs, InventoryReader::ipv4));
        inventory.put("cpu", cpu());
        inventory.put("disks", Stream.concat(Disks.list(sysfs).stream(), Disks.arrays(sysfs).stream()).filter(disk -> !disk.removable()).map(InventoryReader::disk).toList());
        inventory.put("memory", memory());
        inventory.put("bmc_address", Bmc.address(sysfs));
        inventory.put("bmc_v6address", null);
        inventory.put("system_vendor", systemVendor());
        var boot = new LinkedHashMap<String, Object>();
        boot.put("current_boot_mode", bootMode(sysfs));
        boot.put("pxe_interface", orNull(bootMac));
        inventory.put("boot", boot);
        inventory.put("hostname", orNull(sysfs.text("/proc/sys/kernel/hostname")));
        var result = new LinkedHashMap<String, Object>();
        result.put("inventory", inventory);
        var pluginData = new LinkedHashMap<String, Object>();
        pluginData.put("system_uuid", orNull(sysfs.text("/sys/class/dmi/id/product_uuid")));
        result.put("plugin_data", pluginData);
        return result;
    }

    public static String bootMode(Sysfs sysfs) {
        return sysfs.exists("/sys/firmware/efi") ? "uefi" : "bios";
    }

    private Map<String, Object> cpu() {
        String info = sysfs.text("/proc/cpuinfo");
        var cpu = new LinkedHashMap<String, Object>();
        cpu.put("model_name", orNull(cpuField(info, "model name")));
        cpu.put("frequency", orNull(cpuField(info, "cpu MHz")));
        cpu.put("count", info.lines().filter(line -> line.matches("processor\\s*:.*")).count());
        cpu.put("architecture", System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch"));
        String flags = cpuField(info, "flags");
        cpu.put("flags", flags.isEmpty() ? List.of() : List.of(flags.split("\\s+")));
        cpu.put("socket_count", Math.max(1, info.lines().filter(line -> line.startsWith("physical id")).distinct().count()));
        return cpu;
    }

    private static String cpuField(String info, String name) {
        return info.lines().filter(line -> line.matches(Pattern.quote(name) + "\\s*:.*")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
    }

    private Map<String, Object> memory() {
        Matcher matcher = MEMORY.matcher(sysfs.text("/proc/meminfo"));
        long total = matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
        var memory = new LinkedHashMap<String, Object>();
        memory.put("total", total);
        memory.put("physical_mb", Smbios.memoryMib(sysfs.bytes(sysfs.path("/sys/firmware/dmi/tables/DMI"))).orElse(total >> 20));
        return memory;
    }

    private Map<String, Object> systemVendor() {
        String id = "/sys/class/dmi/id/";
        var firmware = new LinkedHashMap<String, Object>();
        firmware.put("vendor", sysfs.text(id + "bios_vendor"));
        firmware.put("version", sysfs.text(id + "bios_version"));
        firmware.put("build_date", sysfs.text(id + "bios_date"));
        var vendor = new LinkedHashMap<String, Object>();
        vendor.put("product_name", sysfs.text(id + "product_name"));
        vendor.put("serial_number", sysfs.text(id + "product_serial"));
        vendor.put("manufacturer", sysfs.text(id + "sys_vendor"));
        vendor.put("firmware", firmware);
        return vendor;
    }

    private static Map<String, Object> disk(Disk disk) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", disk.name());
        map.put("model", disk.model());
        map.put("size", disk.sizeBytes());
        map.put("rotational", disk.rotational());
        map.put("wwn", orNull(disk.wwn()));
        map.put("serial", orNull(disk.serial()));
        map.put("vendor", orNull(disk.vendor()));
        map.put("wwn_with_extension", orNull(disk.wwnWithExtension()));
        map.put("wwn_vendor_extension", orNull(disk.wwnVendorExtension()));
        map.put("hctl", orNull(disk.hctl()));
        map.put("by_path", orNull(disk.byPath()));
        return map;
    }

    private static String ipv4(String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            List<InetAddress> addresses = found == null ? List.of() : Collections.list(found.getInetAddresses());
            return addresses.stream().filter(Inet4Address.class::isInstance).map(InetAddress::getHostAddress).findFirst().orElse(null);
        } catch (SocketException e) {
            return null;
        }
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
