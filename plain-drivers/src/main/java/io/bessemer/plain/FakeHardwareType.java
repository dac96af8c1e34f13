package io.bessemer.plain;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Ironic's `fake-hardware`: a machine that does as it is told because there is none. For tests of clients and of whole clouds.
public final class FakeHardwareType implements HardwareType {
    private final FakeDelays delays;
    private final PowerInterface power;
    private final ManagementInterface management = new FakeManagement();
    private final BmcInterface bmc = new FakeBmc();
    private final BmcUsers bmcUsers = new FakeBmcUsers();
    private final BootModeInterface bootModes = new FakeBootModes();
    private final IndicatorInterface indicators = new FakeIndicators();
    private final BiosInterface bios;
    private final RaidInterface raid = new RaidInterface() {};
    private final FirmwareInterface firmware = _ -> List.of(); // as Ironic's fake answers
    private final VirtualMediaInterface virtualMedia = new FakeVirtualMedia();
    private final ConsoleInterface console = new FakeConsole();
    private final VendorInterface vendor;

    public FakeHardwareType() {
        this(FakeDelays.NONE);
    }

    public FakeHardwareType(FakeDelays delays) {
        this.delays = delays;
        this.power = new FakePower(delays);
        this.bios = new FakeBios(delays);
        this.vendor = new FakeVendor(delays);
    }

    @Override
    public String name() {
        return "fake-hardware";
    }

    @Override
    public Map<String, List<String>> interfaces() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("power", List.of("fake"));
        names.put("management", List.of("fake"));
        names.put("boot", List.of("fake", "ipxe", "pxe"));
        names.put("deploy", List.of("fake", "direct", "ramdisk", "custom-agent"));
        names.put("inspect", List.of("fake", "no-inspect"));
        names.put("console", List.of("fake", "no-console"));
        names.put("network", List.of("noop"));
        names.put("raid", List.of("fake", "no-raid"));
        names.put("rescue", List.of("fake", "agent", "no-rescue"));
        names.put("storage", List.of("noop", "fake"));
        names.put("vendor", List.of("fake", "no-vendor"));
        names.put("bios", List.of("fake", "no-bios"));
        names.put("firmware", List.of("fake", "no-firmware"));
        return names;
    }

    @Override
    public Map<String, String> properties() {
        return FakeVendor.PROPERTIES; // none of them is looked at; Ironic shows them, and clients' tests ask for some
    }

    @Override
    public void validate(DriverNode node) {
        // there is nothing to get wrong
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
    public Optional<VirtualMediaInterface> virtualMedia() {
        return Optional.of(virtualMedia);
    }

    @Override
    public Optional<ConsoleInterface> console() {
        return Optional.of(console);
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
    public Optional<VendorInterface> vendor() {
        return Optional.of(vendor);
    }

    @Override
    public Duration pretends(String name) {
        return delays.of(name);
    }
}
