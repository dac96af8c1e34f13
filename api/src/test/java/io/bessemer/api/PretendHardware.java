package io.bessemer.api;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.plain.FakeHardwareType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// Machines without hardware: they remember what they were told, and boot a [PretendAgent] from the network.
final class PretendHardware implements HardwareType, PowerInterface, ManagementInterface {
    /// whatever is neither power nor boot device
    private final HardwareType rest = new FakeHardwareType();
    final PretendSerial serial = new PretendSerial();
    private final Map<NodeId, PowerState> power = new ConcurrentHashMap<>();
    private final Map<NodeId, BootDeviceSetting> devices = new ConcurrentHashMap<>();
    private final Map<NodeId, PretendAgent> agents = new ConcurrentHashMap<>();
    private final AtomicReference<ApiServer> network = new AtomicReference<>();

    /// Machines that are powered on from now on find this server.
    void plugIn(ApiServer api) {
        network.set(api);
    }

    PretendAgent agent(NodeId node) {
        return agents.get(node);
    }

    @Override
    public String name() {
        return "fake-hardware";
    }

    @Override
    public Map<String, List<String>> interfaces() {
        return Map.of("power", List.of("fake", "fake-two"), "management", List.of("fake"), "deploy", List.of("direct", "fake", "ramdisk", "custom-agent"), "boot", List.of("ipxe"),
                "bios", List.of("fake", "no-bios"), "raid", List.of("fake", "no-raid"), "console", List.of("fake", PretendSerial.NAME, "no-console"),
                "firmware", List.of("fake", "no-firmware"), "vendor", List.of("fake", "no-vendor"), "rescue", List.of("fake"));
    }

    @Override
    public Map<String, String> properties() {
        return Map.of("fake_address", "Address of the pretended BMC. Required.");
    }

    @Override
    public void validate(DriverNode node) throws DriverException {
        if (!node.driverInfo().containsKey("fake_address")) {
            throw new DriverException(DriverException.Kind.CONFIGURATION, "driver_info/fake_address is missing");
        }
    }

    @Override
    public PowerInterface power() {
        return this;
    }

    @Override
    public ManagementInterface management() {
        return this;
    }

    @Override
    public Optional<BootModeInterface> bootModes() {
        return rest.bootModes();
    }

    @Override
    public Optional<IndicatorInterface> indicators() {
        return rest.indicators();
    }

    @Override
    public Optional<BiosInterface> bios() {
        return rest.bios();
    }

    @Override
    public Optional<RaidInterface> raid() {
        return rest.raid();
    }

    @Override
    public Optional<FirmwareInterface> firmware() {
        return rest.firmware();
    }

    @Override
    public Optional<VirtualMediaInterface> virtualMedia() {
        return rest.virtualMedia();
    }

    @Override
    public Optional<ConsoleInterface> console() {
        return rest.console();
    }

    @Override
    public Optional<BmcInterface> bmc() {
        return rest.bmc();
    }

    @Override
    public Optional<BmcUsers> bmcUsers() {
        return rest.bmcUsers();
    }

    @Override
    public Optional<SerialConsole> serialConsole(String name) {
        return name.equals(PretendSerial.NAME) ? Optional.of(serial) : Optional.empty();
    }

    @Override
    public Optional<VendorInterface> vendor() {
        return rest.vendor();
    }

    @Override
    public List<Sensor> sensors(DriverNode node) throws DriverException {
        return "senseless".equals(node.driverInfo().get("fake_address")) ? ManagementInterface.super.sensors(node) : rest.management().sensors(node);
    }

    @Override
    public PowerState state(DriverNode node) {
        return power.getOrDefault(node.id(), PowerState.OFF);
    }

    @Override
    public void apply(DriverNode node, PowerAction action) {
        PowerState wanted = switch (action) {
            case ON, CYCLE, RESET -> PowerState.ON;
            case OFF, SOFT_OFF -> PowerState.OFF;
        };
        if (wanted == PowerState.ON) {
            serial.say(node.id(), "\u001b[1mBIOS of the machine\u001b[0m\r\nKernel command line: quiet bessemer.token=AbC-123_x console=ttyS0\r\n");
        }
        boolean boots = wanted == PowerState.ON && (power.put(node.id(), wanted) != PowerState.ON || action != PowerAction.ON);
        power.put(node.id(), wanted);
        PretendAgent running = agents.get(node.id());
        if (running != null && (boots || wanted == PowerState.OFF)) {
            running.powerOff();
        }
        if ("silent".equals(node.driverInfo().get("fake_address"))) {
            return; // what it boots is for the test to say
        }
        if (boots && devices.containsKey(node.id()) && devices.get(node.id()).device().equals(Optional.of(BootDevice.PXE))) {
            ApiServer api = network.get();
            api.bootFromNetwork(node.id()).ifPresent(agent -> {
                agents.put(node.id(), agent);
                Thread.startVirtualThread(agent);
            });
        }
    }

    @Override
    public Set<BootDevice> supportedBootDevices(DriverNode node) {
        return EnumSet.of(BootDevice.PXE, BootDevice.DISK);
    }

    @Override
    public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) {
        devices.put(node.id(), new BootDeviceSetting(Optional.of(device), Optional.of(persistent)));
    }

    @Override
    public BootDeviceSetting bootDevice(DriverNode node) {
        return devices.getOrDefault(node.id(), new BootDeviceSetting(Optional.empty(), Optional.empty()));
    }

    @Override
    public void injectNmi(DriverNode node) throws DriverException {
        if ("dead".equals(node.driverInfo().get("fake_address"))) {
            throw new DriverException(DriverException.Kind.UNREACHABLE, "the BMC at dead did not answer 5 requests. Check its power, cabling and driver_info/fake_address.");
        }
    }

    @Override
    public void identify(DriverNode node, int seconds) {
    }

    @Override
    public BmcIdentity identity(DriverNode node) {
        return BmcIdentity.ipmi(0, 0, "1.0", "2.0");
    }
}
