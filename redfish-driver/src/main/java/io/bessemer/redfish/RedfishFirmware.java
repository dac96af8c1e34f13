package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        for (Resource chassis : bmc.chassis(system)) {
            Optional<String> adapters = chassis.link("/NetworkAdapters");
            if (adapters.isPresent()) {
                for (Resource adapter : bmc.ask(from -> optional(from, adapters.get()))) {
                    String name = "nic:" + adapter.text("/Id").orElse(adapter.path().replaceAll(".*/", ""));
                    add(components, name, adapter.text("/Controllers/0/FirmwarePackageVersion"), adapter);
                }
            }
        }
        return components;
    }

    /// Many BMCs refer to adapters that they do not have.
    private static List<Resource> optional(Bmc bmc, String collection) throws RedfishException {
        try {
            return NodeBmc.read(bmc, bmc.members(collection));
        } catch (RedfishException e) {
            if (e.reason() == Reason.NOT_FOUND || e.reason() == Reason.UNSUPPORTED) {
                return List.of();
            }
            throw e;
        }
    }

    private static void add(List<Component> components, String name, Optional<String> version, Resource of) {
        version.ifPresent(text -> components.add(new Component(name, text, text, null, of.text("/Manufacturer").orElse(null), of.text("/Model").orElse(null),
                of.text("/SerialNumber").orElse(null), Instant.now())));
    }
}
