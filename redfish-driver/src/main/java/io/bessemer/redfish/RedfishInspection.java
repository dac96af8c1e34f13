package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.InspectInterface;
import io.bessemer.core.node.MacAddress;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// The machine's hardware as its BMC tells it. Much of it the firmware tells the BMC during its self-test, so that a machine that was never on may show nothing.
final class RedfishInspection implements InspectInterface {
    private static final int MOST_PARTS = 100;
    private static final int LONGEST = 255;

    private final Bmcs bmcs;

    RedfishInspection(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public Found look(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource system = bmc.system();
        Map<String, Object> inventory = new LinkedHashMap<>();
        inventory.put("cpu", cpu(system, parts(bmc, system.link("/Processors"))));
        inventory.put("memory", memory(system));
        inventory.put("disks", disks(bmc, system));
        inventory.put("interfaces", interfaces(parts(bmc, system.link("/EthernetInterfaces"))));
        Map<String, Object> vendor = new LinkedHashMap<>();
        put(vendor, "product_name", system.text("/Model"));
        put(vendor, "serial_number", system.text("/SerialNumber"));
        put(vendor, "manufacturer", system.text("/Manufacturer"));
        put(vendor, "system_uuid", system.text("/UUID"));
        inventory.put("system_vendor", vendor);
        BootOverride.mode(system).ifPresent(mode -> inventory.put("boot", Map.of("current_boot_mode", mode.wire())));
        return new Found(inventory, Map.of());
    }

    /// Logical processors, as an operating system counts them.
    private static Map<String, Object> cpu(Resource system, List<Resource> all) {
        List<Resource> processors = all.stream().filter(one -> one.text("/ProcessorType").orElse("CPU").equals("CPU")).filter(RedfishInspection::isPresent).toList();
        Map<String, Object> cpu = new LinkedHashMap<>();
        Optional<Resource> first = processors.stream().findFirst();
        first.flatMap(RedfishInspection::architecture).ifPresent(architecture -> cpu.put("architecture", architecture));
        put(cpu, "model_name", first.flatMap(one -> one.text("/Model")).or(() -> system.text("/ProcessorSummary/Model")));
        first.map(one -> number(one, "/MaxSpeedMHz")).filter(OptionalLong::isPresent).ifPresent(speed -> cpu.put("frequency", speed.getAsLong()));
        long threads = processors.stream().mapToLong(one -> number(one, "/TotalThreads").orElse(0)).sum();
        OptionalLong count = threads > 0 ? OptionalLong.of(threads) : number(system, "/ProcessorSummary/LogicalProcessorCount");
        if (count.isEmpty()) {
            count = number(system, "/ProcessorSummary/CoreCount");
        }
        if (count.isEmpty()) {
            count = number(system, "/ProcessorSummary/Count");
        }
        count.ifPresent(found -> cpu.put("count", found));
        return cpu;
    }

    /// By the kernel's names.
    private static Optional<String> architecture(Resource processor) {
        return processor.text("/InstructionSet").flatMap(set -> Optional.ofNullable(switch (set) {
            case "x86-64" -> "x86_64";
            case "x86" -> "i686";
            case "ARM-A64" -> "aarch64";
            case "ARM-A32" -> "arm";
            case "PowerISA" -> "ppc64le";
            case "RV64" -> "riscv64";
            default -> null;
        }));
    }

    private static Map<String, Object> memory(Resource system) {
        JsonNode gib = system.body().at("/MemorySummary/TotalSystemMemoryGiB"); // with a fraction, on some
        return gib.isNumber() && gib.asDouble() > 0 && gib.asDouble() < 1 << 20 ? Map.of("physical_mb", Math.round(gib.asDouble() * 1024)) : Map.of();
    }

    /// What an operating system sees of it: the volumes of a controller that has some, else its drives.
    private static List<Object> disks(NodeBmc bmc, Resource system) throws DriverException {
        List<Object> disks = new ArrayList<>();
        for (Resource storage : parts(bmc, system.link("/Storage"))) {
            List<Resource> volumes = parts(bmc, storage.link("/Volumes")).stream().filter(volume -> capacity(volume.body()).isPresent()).toList();
            List<Resource> seen = volumes.isEmpty() ? bmc.ask(from -> read(from, storage.links("/Drives"))) : volumes;
            seen.stream().filter(RedfishInspection::isPresent).forEach(one -> add(disks, one.body()));
        }
        if (disks.isEmpty()) {
            for (Resource storage : parts(bmc, system.link("/SimpleStorage"))) {
                storage.body().path("Devices").valueStream().limit(MOST_PARTS).forEach(device -> add(disks, device));
            }
        }
        return disks;
    }

    private static void add(List<Object> disks, JsonNode drive) {
        OptionalLong bytes = capacity(drive);
        if (bytes.isEmpty() || disks.size() >= MOST_PARTS) {
            return;
        }
        Map<String, Object> disk = new LinkedHashMap<>();
        put(disk, "name", text(drive, "Name").or(() -> text(drive, "Id")));
        disk.put("size", bytes.getAsLong());
        put(disk, "model", text(drive, "Model"));
        put(disk, "serial", text(drive, "SerialNumber"));
        put(disk, "vendor", text(drive, "Manufacturer"));
        text(drive, "MediaType").ifPresent(type -> disk.put("rotational", type.equals("HDD")));
        disks.add(disk);
    }

    private static OptionalLong capacity(JsonNode drive) {
        JsonNode bytes = drive.path("CapacityBytes");
        return bytes.isNumber() && bytes.asDouble() > 0 && bytes.asDouble() < 1L << 60 ? OptionalLong.of((long) bytes.asDouble()) : OptionalLong.empty();
    }

    private static List<Object> interfaces(List<Resource> nics) {
        List<Object> interfaces = new ArrayList<>();
        for (Resource nic : nics) {
            // iLO and XCC show some that are not there, without an address or with one of zeros
            Optional<String> mac = nic.text("/PermanentMACAddress").or(() -> nic.text("/MACAddress")).flatMap(MacAddress::parse).map(MacAddress::value)
                    .filter(address -> !address.equals("00:00:00:00:00:00"));
            if (mac.isEmpty()) {
                continue;
            }
            Map<String, Object> one = new LinkedHashMap<>();
            put(one, "name", nic.text("/Id"));
            one.put("mac_address", mac.get());
            nic.text("/LinkStatus").ifPresent(status -> one.put("has_carrier", status.equals("LinkUp")));
            number(nic, "/SpeedMbps").ifPresent(speed -> one.put("speed_mbps", speed));
            interfaces.add(one);
        }
        return interfaces;
    }

    private static boolean isPresent(Resource part) {
        return !part.text("/Status/State").orElse("").equals("Absent");
    }

    /// Of a collection; none when the BMC refers to one that it does not have.
    private static List<Resource> parts(NodeBmc bmc, Optional<String> collection) throws DriverException {
        return collection.isEmpty() ? List.of() : bmc.ask(from -> read(from, NodeBmc.orNone(() -> from.members(collection.get()))));
    }

    private static List<Resource> read(Bmc bmc, List<String> paths) throws RedfishException {
        List<Resource> found = new ArrayList<>();
        for (String path : paths.stream().limit(MOST_PARTS).toList()) {
            found.addAll(NodeBmc.orNone(() -> List.of(bmc.get(path))));
        }
        return found;
    }

    /// Some write numbers as texts.
    private static OptionalLong number(Resource of, String pointer) {
        JsonNode found = of.body().at(pointer);
        if (found.isString() && found.asString().matches("[0-9]{1,15}")) {
            return OptionalLong.of(Long.parseLong(found.asString()));
        }
        return found.isNumber() && found.asDouble() > 0 && found.asDouble() < 1L << 50 ? OptionalLong.of((long) found.asDouble()) : OptionalLong.empty();
    }

    private static Optional<String> text(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return found.isString() && !found.asString().isBlank() ? Optional.of(found.asString().strip()) : Optional.empty();
    }

    private static void put(Map<String, Object> map, String key, Optional<String> value) {
        value.map(text -> text.length() > LONGEST ? text.substring(0, LONGEST) : text).ifPresent(text -> map.put(key, text));
    }
}
