package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Boot device, NMI, identify light and identity.
final class RedfishManagement implements ManagementInterface {
    private static final Set<BootDevice> SUPPORTED = Set.of(BootDevice.PXE, BootDevice.DISK, BootDevice.CDROM, BootDevice.BIOS, BootDevice.UEFIHTTP);

    private final Bmcs bmcs;
    private final SeenHealth health;

    RedfishManagement(Bmcs bmcs, SeenHealth health) {
        this.bmcs = bmcs;
        this.health = health;
    }

    @Override
    public Set<BootDevice> supportedBootDevices(DriverNode node) {
        return SUPPORTED;
    }

    /// The mode that is asked for is a guess while nobody has said it, and here setting a boot device can change it. So only a mode that the operator wrote
    /// counts, and a machine keeps its own otherwise.
    @Override
    public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
        new BootOverride(bmcs.of(node)).set(device, persistent, "");
    }

    @Override
    public void setHttpBoot(DriverNode node, String url) throws DriverException {
        new BootOverride(bmcs.of(node)).set(BootDevice.UEFIHTTP, false, url);
    }

    @Override
    public BootDeviceSetting bootDevice(DriverNode node) throws DriverException {
        return BootOverride.read(bmcs.of(node).system());
    }

    @Override
    public Optional<String> health(NodeId node) {
        return health.of(node);
    }

    @Override
    public List<Sensor> sensors(DriverNode node) throws DriverException {
        return RedfishSensors.read(bmcs.of(node));
    }

    @Override
    public void injectNmi(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource system = bmc.system();
        String type = RedfishPower.choose(bmc, system, List.of("Nmi"));
        String target = system.action(RedfishPower.RESET).orElseThrow(() -> bmc.unsupported("has no action " + RedfishPower.RESET));
        bmc.tell(to -> to.post(target, NodeBmc.body("ResetType", type)));
    }

    /// Redfish's lights have no timer: one that is lit stays lit until it is turned off.
    @Override
    public void identify(DriverNode node, int seconds) throws DriverException {
        if (seconds < 0 || seconds > 255) {
            throw new DriverException(Kind.CONFIGURATION, "identify for %d seconds: allowed are 0 (off) to 255.".formatted(seconds));
        }
        NodeBmc bmc = bmcs.of(node);
        Light light = Light.of(bmc.system()).orElseThrow(() -> bmc.unsupported("shows no identify light of the machine"));
        light.set(bmc, seconds > 0);
    }

    @Override
    public BmcIdentity identity(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource root = bmc.ask(Bmc::root);
        Resource system = bmc.system();
        List<Resource> managers = bmc.managers(system);
        Map<String, Object> facts = new LinkedHashMap<>();
        put(facts, "redfish_version", root.text("/RedfishVersion"));
        put(facts, "vendor", root.text("/Vendor").or(() -> system.text("/Manufacturer")));
        put(facts, "product", root.text("/Product"));
        if (!managers.isEmpty()) {
            put(facts, "model", managers.getFirst().text("/Model"));
            put(facts, "firmware", managers.getFirst().text("/FirmwareVersion"));
        }
        put(facts, "system", Optional.of(system.path()));
        put(facts, "system_manufacturer", system.text("/Manufacturer"));
        put(facts, "system_model", system.text("/Model"));
        put(facts, "system_serial", system.text("/SerialNumber"));
        put(facts, "system_uuid", system.text("/UUID"));
        for (Resource chassis : bmc.chassis(system).stream().limit(1).toList()) {
            put(facts, "chassis_serial", chassis.text("/SerialNumber"));
            put(facts, "chassis_asset_tag", chassis.text("/AssetTag"));
        }
        return new BmcIdentity(facts);
    }

    private static void put(Map<String, Object> facts, String key, Optional<String> value) {
        value.map(text -> text.length() > 255 ? text.substring(0, 255) : text).ifPresent(text -> facts.put(key, text));
    }
}
