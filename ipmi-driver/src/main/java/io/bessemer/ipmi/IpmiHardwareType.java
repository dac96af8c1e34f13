package io.bessemer.ipmi;

import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.SoftwareRaid;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.node.NodeId;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiCounters;
import io.bessemer.ipmi.session.IpmiSettings;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Machines with an IPMI 2.0 BMC on the network. Opens its sockets when a BMC is first asked.
public final class IpmiHardwareType implements HardwareType {
    private static final String SERIAL = "ipmitool-socat";

    private final IpmiSettings settings;
    private final PowerInterface power = new IpmiPower(this::bmc);
    private final SensorInventories inventories = new SensorInventories();
    private final ManagementInterface management = new IpmiManagement(this::bmc, this::suite, inventories);
    private final BmcInterface bmc = new IpmiBmc(this::bmc, inventories);
    private final BmcUsers bmcUsers = new IpmiUsers(this::bmc);
    private final VendorInterface vendor = new IpmiVendor(this::bmc);
    private final BootModeInterface bootModes = new IpmiBootModes(this::bmc);
    private final IndicatorInterface indicators = new IpmiIndicators(this::bmc);
    private final RaidInterface raid = new SoftwareRaid();
    private final SerialConsole console = new IpmiConsole(this::bmc);
    /// where a node's BMC was asked last
    private final Map<NodeId, Asked> asked = new ConcurrentHashMap<>();

    private record Asked(InetSocketAddress address, String where) {}

    private final PendingPasswords passwords = new PendingPasswords();
    private IpmiClient client;
    private boolean closed;

    public IpmiHardwareType() {
        this(IpmiSettings.defaults());
    }

    public IpmiHardwareType(IpmiSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "ipmi";
    }

    /// Ironic's names, so that nodes written for it stay valid.
    @Override
    public Map<String, List<String>> interfaces() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("power", List.of("ipmitool"));
        names.put("management", List.of("ipmitool"));
        names.put("boot", List.of("ipxe", "pxe"));
        names.put("deploy", List.of("direct", "ramdisk", "custom-agent"));
        names.put("inspect", List.of("agent"));
        names.put("console", List.of(SERIAL, "no-console"));
        names.put("network", List.of("noop"));
        names.put("raid", List.of("no-raid", SoftwareRaid.NAME));
        names.put("rescue", List.of("agent", "no-rescue"));
        names.put("storage", List.of("noop"));
        names.put("vendor", List.of("ipmitool", "no-vendor"));
        names.put("bios", List.of("no-bios"));
        names.put("firmware", List.of("no-firmware"));
        return names;
    }

    @Override
    public Map<String, String> properties() {
        return IpmiDriverInfo.properties();
    }

    @Override
    public void validate(DriverNode node) throws DriverException {
        IpmiDriverInfo.of(node);
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
    public Optional<RaidInterface> raid() {
        return Optional.of(raid);
    }

    @Override
    public Optional<BmcInterface> bmc() {
        return Optional.of(bmc);
    }

    @Override
    public Optional<BmcUsers> bmcUsers() {
        return Optional.of(bmcUsers);
    }

    @Override
    public Optional<SerialConsole> serialConsole(String name) {
        return name.equals(SERIAL) ? Optional.of(console) : Optional.empty();
    }

    @Override
    public Optional<VendorInterface> vendor() {
        return Optional.of(vendor);
    }

    /// Any command, as after `ipmitool raw`. A refusal is a value here: only the caller knows what it means.
    public Answer<byte[]> raw(DriverNode node, RawCommand command) throws DriverException {
        return bmc(node).answer(command);
    }

    /// Packets sent, dropped, forged; empty before the first use.
    public Map<IpmiCounters.Event, Long> counters() {
        synchronized (this) {
            return client == null ? Map.of() : client.counters().snapshot();
        }
    }

    private NodeBmc bmc(DriverNode node) throws DriverException {
        NodeBmc bmc = NodeBmc.of(node, client(), passwords);
        asked.put(node.id(), new Asked(bmc.bmc().address(), bmc.info().where()));
        return bmc;
    }

    /// The cipher suite that a node's BMC was logged into with last, with where.
    private Optional<String> suite(NodeId node) {
        Asked of = asked.get(node);
        IpmiClient open;
        synchronized (this) {
            open = client;
        }
        return of == null || open == null ? Optional.empty() : open.suite(of.address()).map(suite -> IpmiDriverInfo.learnedSuite(suite, of.where()));
    }

    private synchronized IpmiClient client() {
        if (closed) {
            throw new IllegalStateException("the ipmi hardware type is closed");
        }
        if (client == null) {
            client = new IpmiClient(settings);
        }
        return client;
    }

    @Override
    public void close() {
        IpmiClient closing;
        synchronized (this) {
            closed = true;
            closing = client;
            client = null;
        }
        if (closing != null) {
            closing.close();
        }
    }
}
