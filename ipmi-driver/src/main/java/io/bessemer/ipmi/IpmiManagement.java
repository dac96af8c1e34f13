package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.BootFlags;
import io.bessemer.ipmi.command.BootFlags.Device;
import io.bessemer.ipmi.command.ChassisControl;
import io.bessemer.ipmi.command.ChassisIdentify;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.GetBootFlags;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.command.GetWatchdog;
import io.bessemer.ipmi.command.GetWatchdog.Watchdog;
import io.bessemer.ipmi.command.SetBootOption;
import io.bessemer.ipmi.command.StopWatchdog;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.session.Quirk;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Boot device, sensors, identify light, NMI and identity by IPMI.
final class IpmiManagement implements ManagementInterface {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiManagement.class);
    private static final Set<BootDevice> SUPPORTED =
            Set.copyOf(EnumSet.of(BootDevice.PXE, BootDevice.DISK, BootDevice.CDROM, BootDevice.BIOS, BootDevice.SAFE));

    private final Bmcs bmcs;
    private final Function<NodeId, Optional<String>> suites;
    private final SensorInventories inventories;

    /// @param suites the cipher suite that a node's BMC was logged into with last, in words
    IpmiManagement(Bmcs bmcs, Function<NodeId, Optional<String>> suites, SensorInventories inventories) {
        this.bmcs = bmcs;
        this.suites = suites;
        this.inventories = inventories;
    }

    @Override
    public Set<BootDevice> supportedBootDevices(DriverNode node) {
        return SUPPORTED;
    }

    @Override
    public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Device selector = selector(node, bmc, device, mode);
        set(bmc, BootFlags.of(selector, mode == BootMode.UEFI, persistent));
        if (device == BootDevice.PXE) {
            stopWatchdog(bmc);
        }
    }

    /// A watchdog timer that the system of before has left running would reset the machine while its disk is written. Firmware starts its own when it wants one.
    static void stopWatchdog(SensorBmc bmc) throws DriverException {
        try {
            if (bmc.answer(new GetWatchdog()) instanceof Answer.Done<Watchdog>(Watchdog watchdog) && watchdog.threatens()) {
                LOG.info("{}: the watchdog timer of {} is stopped, which would have done a {} in {} s", bmc.name(), watchdog.usedBy(), watchdog.action(),
                        watchdog.left().orElse(watchdog.timeout()).toSeconds());
                optional(bmc, new StopWatchdog(watchdog));
            }
        } catch (DriverException e) {
            if (e.kind() != Kind.REFUSED) {
                throw e;
            }
            LOG.debug("{}: its watchdog timer is left alone: {}", bmc.name(), e.getMessage()); // it answers nonsense
        }
    }

    /// Sets the flags, and reads them back where the BMC can say.
    static void set(NodeBmc bmc, BootFlags wanted) throws DriverException {
        if (bmc.info().disableBootTimeout()) {
            optional(bmc, SetBootOption.withoutTimeout());
        }
        optional(bmc, SetBootOption.inProgress(true));
        try {
            optional(bmc, SetBootOption.unhandled());
            bmc.run(SetBootOption.flags(wanted));
        } finally {
            optional(bmc, SetBootOption.inProgress(false));
        }
        confirm(bmc, wanted);
    }

    /// Boot options that many BMCs lack, and that none needs.
    private static void optional(SensorBmc bmc, Command<Void> command) throws DriverException {
        if (bmc.answer(command) instanceof Answer.Refused<Void>(CompletionCode code)) {
            LOG.debug("{}: {} refused: {}", bmc.name(), command.title(), code);
        }
    }

    /// Reads the flags back. A BMC that marks them invalid, or cannot read them, does not say; anything else must be what was set.
    private static void confirm(NodeBmc bmc, BootFlags wanted) throws DriverException {
        switch (bmc.answer(new GetBootFlags())) {
            case Answer.Refused<BootFlags>(CompletionCode code) ->
                    LOG.debug("{} took the boot device and cannot read it back: {}", bmc.name(), code);
            case Answer.Done<BootFlags>(BootFlags found) -> {
                if (!found.valid()) {
                    LOG.debug("{} took the boot device and does not say which it has: {}", bmc.name(), found);
                    return;
                }
                if (found.selector() != wanted.selector() || found.efi() != wanted.efi() || found.persistent() != wanted.persistent()) {
                    throw new DriverException(Kind.NOT_CONFIRMED,
                            ("%s took the boot device and reads it back otherwise: set was [%s], it has [%s]. Another tool may have changed it;"
                                    + " or its firmware ignores it, then set boot order and boot mode in the machine's own setup.")
                                    .formatted(bmc.name(), wanted, found));
                }
            }
        }
    }

    private static Device selector(DriverNode node, NodeBmc bmc, BootDevice device, BootMode mode) throws DriverException {
        return switch (device) {
            case PXE -> Device.PXE;
            case DISK -> mode == BootMode.UEFI && knowsDiskAsMedia(node, bmc) ? Device.REMOTE_MEDIA : Device.DISK;
            case CDROM -> Device.CDROM;
            case BIOS -> Device.BIOS_SETUP;
            case SAFE -> Device.DISK_SAFE_MODE;
            case WANBOOT, UEFIHTTP -> throw new DriverException(Kind.UNSUPPORTED,
                    "Boot device %s is not one that IPMI knows; supported are pxe, disk, cdrom, bios and safe.".formatted(device.wire()));
        };
    }

    /// Somebody says so, by `ipmi_quirks` or by the vendor; or the BMC itself does.
    private static boolean knowsDiskAsMedia(DriverNode node, NodeBmc bmc) throws DriverException {
        if (bmc.info().access().quirks().contains(Quirk.UEFI_DISK)) {
            return true;
        }
        if (node.properties().get("vendor") instanceof String vendor && !vendor.isBlank()) {
            return vendor.toLowerCase(Locale.ROOT).contains("supermicro");
        }
        return Quirk.UEFI_DISK.isOf(bmc.run(new GetDeviceId()).manufacturerId());
    }

    @Override
    public BootDeviceSetting bootDevice(DriverNode node) throws DriverException {
        BootFlags flags = bmcs.of(node).run(new GetBootFlags());
        if (!flags.valid()) {
            return new BootDeviceSetting(Optional.empty(), Optional.empty());
        }
        return new BootDeviceSetting(flags.device().flatMap(IpmiManagement::named), Optional.of(flags.persistent()));
    }

    private static Optional<BootDevice> named(Device device) {
        return switch (device) {
            case PXE -> Optional.of(BootDevice.PXE);
            case DISK, REMOTE_MEDIA, REMOTE_DISK -> Optional.of(BootDevice.DISK);
            case DISK_SAFE_MODE -> Optional.of(BootDevice.SAFE);
            case CDROM, REMOTE_CDROM -> Optional.of(BootDevice.CDROM);
            case BIOS_SETUP -> Optional.of(BootDevice.BIOS);
            case NO_OVERRIDE, DIAGNOSTIC_PARTITION, REMOTE_FLOPPY, FLOPPY -> Optional.empty();
        };
    }

    @Override
    public Map<String, Object> learned(NodeId node) {
        return suites.apply(node).map(suite -> Map.<String, Object>of(IpmiDriverInfo.LEARNED_SUITE, suite)).orElse(Map.of());
    }

    @Override
    public List<Sensor> sensors(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        return IpmiSensors.read(bmc, inventories.of(bmc.bmc().address()));
    }

    @Override
    public void injectNmi(DriverNode node) throws DriverException {
        bmcs.of(node).run(new ChassisControl(ChassisControl.Action.DIAGNOSTIC_INTERRUPT));
    }

    @Override
    public void identify(DriverNode node, int seconds) throws DriverException {
        if (seconds < 0 || seconds > 255) {
            throw new DriverException(Kind.CONFIGURATION, "identify for %d seconds: IPMI allows 0 (off) to 255.".formatted(seconds));
        }
        bmcs.of(node).run(new ChassisIdentify(seconds));
    }

    @Override
    public BmcIdentity identity(DriverNode node) throws DriverException {
        GetDeviceId.DeviceId id = bmcs.of(node).run(new GetDeviceId());
        return BmcIdentity.ipmi(id.manufacturerId(), id.productId(), id.firmware(), id.ipmiVersion());
    }
}
