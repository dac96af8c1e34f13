package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.redfish.client.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the BMC says of the firmware in the machine. It keeps no history, so a component's first version is the one it has.
final class RedfishFirmware implements FirmwareInterface {
    private final Bmcs bmcs;

    RedfishFirmware(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public List<Component> components(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource system = bmc.system();
        List<Component> components = new ArrayList<>();
        add(components, "bios", system.text("/BiosVersion"), system);
        for (Resource manager : bmc.managers(system).stream().limit(1).toList()) {
            add(components, "bmc", manager.text("/FirmwareVersion"), manager);
        }
        for (Resource adapter : adapters(bmc, system)) {
            add(components, nameOf(adapter), adapter.text("/Controllers/0/FirmwarePackageVersion"), adapter);
        }
        return components;
    }

    @Override
    public Set<String> jobs(DriverNode node) throws DriverException {
        return new FirmwareUpdate(bmcs.of(node)).jobs();
    }

    @Override
    public Optional<String> update(DriverNode node, Update update, Set<String> before) throws DriverException {
        return new FirmwareUpdate(bmcs.of(node)).begin(update, before);
    }

    @Override
    public Job job(DriverNode node, String job) throws DriverException {
        return new FirmwareUpdate(bmcs.of(node)).look(job);
    }

    static List<Resource> adapters(NodeBmc bmc, Resource system) throws DriverException {
        List<Resource> found = new ArrayList<>();
        for (Resource chassis : bmc.chassis(system)) {
            Optional<String> adapters = chassis.link("/NetworkAdapters");
            if (adapters.isPresent()) {
                found.addAll(bmc.ask(from -> NodeBmc.orNone(() -> NodeBmc.read(from, from.members(adapters.get())))));
            }
        }
        return found;
    }

    static String nameOf(Resource adapter) {
        return "nic:" + adapter.text("/Id").orElse(adapter.path().replaceAll(".*/", ""));
    }

    private static void add(List<Component> components, String name, Optional<String> version, Resource of) {
        version.ifPresent(text -> components.add(new Component(name, text, text, null, of.text("/Manufacturer").orElse(null), of.text("/Model").orElse(null),
                of.text("/SerialNumber").orElse(null), Instant.now())));
    }
}
