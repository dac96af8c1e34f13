package io.bessemer.redfish;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.InspectInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.SoftwareRaid;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.redfish.client.RedfishClient;
import io.bessemer.redfish.client.RedfishSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Machines whose BMC speaks DMTF Redfish.
public final class RedfishHardwareType implements HardwareType {
    private final RedfishClient client;
    private final SeenHealth health = new SeenHealth();
    private final PowerInterface power = new RedfishPower(this::bmc, health);
    private final ManagementInterface management = new RedfishManagement(this::bmc, health);
    private final BootModeInterface bootModes = new RedfishBootModes(this::bmc);
    private final IndicatorInterface indicators = new RedfishIndicators(this::bmc);
    private final BiosInterface bios = new RedfishBios(this::bmc);
    private final RaidInterface raid = new SoftwareRaid();
    private final FirmwareInterface firmware = new RedfishFirmware(this::bmc);
    private final InspectInterface inspection = new RedfishInspection(this::bmc);
    private final VirtualMediaInterface virtualMedia = new RedfishVirtualMedia(this::bmc);
    private final VendorInterface vendor = new RedfishVendor(virtualMedia);

    public RedfishHardwareType() {
        this(RedfishSettings.defaults());
    }

    public RedfishHardwareType(RedfishSettings settings) {
        this.client = new RedfishClient(settings);
    }

    @Override
    public String name() {
        return "redfish";
    }

    /// Ironic's names, so that nodes written for it stay valid.
    @Override
    public Map<String, List<String>> interfaces() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("power", List.of("redfish"));
        names.put("management", List.of("redfish"));
        names.put("boot", List.of("ipxe", "pxe", "http-ipxe", "redfish-virtual-media", "redfish-https"));
        names.put("deploy", List.of("direct", "ramdisk", "custom-agent"));
        names.put("inspect", List.of("agent", "redfish", "no-inspect"));
        names.put("console", List.of("no-console"));
        names.put("network", List.of("noop"));
        names.put("raid", List.of("no-raid", SoftwareRaid.NAME));
        names.put("rescue", List.of("agent", "no-rescue"));
        names.put("storage", List.of("noop"));
        names.put("vendor", List.of("redfish", "no-vendor"));
        names.put("bios", List.of("redfish", "no-bios"));
        names.put("firmware", List.of("redfish", "no-firmware"));
        return names;
    }

    @Override
    public Map<String, String> properties() {
        return RedfishDriverInfo.properties();
    }

    @Override
    public void validate(DriverNode node) throws DriverException {
        RedfishDriverInfo.of(node);
    }

    @Override
    public PowerInterface power() {
        return power;
    }

    @Override
    public ManagementInterface management() {
        return management;
    }

    @Override
    public Optional<BootModeInterface> bootModes() {
        return Optional.of(bootModes);
    }

    @Override
    public Optional<IndicatorInterface> indicators() {
        return Optional.of(indicators);
    }

    @Override
    public Optional<BiosInterface> bios() {
        return Optional.of(bios);
    }

    @Override
    public Optional<RaidInterface> raid() {
        return Optional.of(raid);
    }

    @Override
    public Optional<FirmwareInterface> firmware() {
        return Optional.of(firmware);
    }

    @Override
    public Optional<InspectInterface> inspection() {
        return Optional.of(inspection);
    }

    @Override
    public Optional<VirtualMediaInterface> virtualMedia() {
        return Optional.of(virtualMedia);
    }

    @Override
    public Optional<VendorInterface> vendor() {
        return Optional.of(vendor);
    }

    private NodeBmc bmc(DriverNode node) throws DriverException {
        return NodeBmc.of(node, client);
    }

    @Override
    public void close() {
        client.close();
    }
}
