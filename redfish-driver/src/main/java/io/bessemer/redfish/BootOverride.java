package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.ManagementInterface.BootDeviceSetting;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Capabilities;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `Boot` of a ComputerSystem: where the next boot comes from, and how.
///
/// BMCs differ in what they want to be told: some refuse a member that does not change, some forget what they were not told again, some know no override that
/// lasts. So the smallest change goes first, and fuller ones after it while the BMC refuses.
final class BootOverride {
    private static final Logger LOG = LoggerFactory.getLogger(BootOverride.class);
    private static final String TARGET = "BootSourceOverrideTarget";
    private static final String ENABLED = "BootSourceOverrideEnabled";
    private static final String MODE = "BootSourceOverrideMode";
    private static final String HTTP_URI = "HttpBootUri";
    private static final String ALLOWED = "@Redfish.AllowableValues";
    /// vendors that forget what they are not told again (Ironic's `VENDORS_REQUIRING_FULL_BOOT_REQUEST`, and Supermicro)
    private static final List<String> WANTS_ALL = List.of("american megatrends", "ami", "asrockrack", "supermicro");
    private static final int LOOKS = 4;
    private static final long BETWEEN_LOOKS_MILLISECONDS = 1000;

    private final NodeBmc bmc;

    BootOverride(NodeBmc bmc) {
        this.bmc = bmc;
    }

    static BootDeviceSetting read(Resource system) {
        String enabled = system.text("/Boot/" + ENABLED).orElse("");
        Optional<Boolean> persistent = switch (enabled) {
            case "Continuous" -> Optional.of(true);
            case "Once" -> Optional.of(false);
            default -> Optional.empty();
        };
        Optional<BootDevice> device = enabled.equals("Disabled") ? Optional.empty() : system.text("/Boot/" + TARGET).flatMap(BootOverride::device);
        return new BootDeviceSetting(device, persistent);
    }

    private static Optional<BootDevice> device(String target) {
        return switch (target) {
            case "Pxe" -> Optional.of(BootDevice.PXE);
            case "Hdd" -> Optional.of(BootDevice.DISK);
            case "Cd", "UsbCd" -> Optional.of(BootDevice.CDROM);
            case "BiosSetup" -> Optional.of(BootDevice.BIOS);
            case "UefiHttp" -> Optional.of(BootDevice.UEFIHTTP);
            default -> Optional.empty();
        };
    }

    static Optional<BootMode> mode(Resource system) {
        return system.text("/Boot/" + MODE).flatMap(text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "uefi" -> Optional.of(BootMode.UEFI);
            case "legacy" -> Optional.of(BootMode.BIOS);
            default -> Optional.empty();
        });
    }

    private static String wire(BootMode mode) {
        return mode == BootMode.UEFI ? "UEFI" : "Legacy";
    }

    void set(BootMode mode) throws DriverException {
        Resource system = bmc.system();
        Resource where = where(system);
        List<Map<String, Object>> tries = new ArrayList<>();
        tries.add(NodeBmc.body(MODE, wire(mode)));
        tries.add(NodeBmc.body(TARGET, where.text("/Boot/" + TARGET).orElse("Pxe"), ENABLED, where.text("/Boot/" + ENABLED).orElse("Once"), MODE, wire(mode)));
        patch(where, tries);
    }

    /// @param httpUri what UEFI shall load; empty for what DHCP says
    void set(BootDevice device, boolean persistent, String httpUri) throws DriverException {
        Resource system = bmc.system();
        Resource where = where(system);
        String target = target(system, where, device);
        List<String> lasting = where.texts("/Boot/" + ENABLED + ALLOWED);
        String enabled = persistent && (lasting.isEmpty() || lasting.contains("Continuous")) ? "Continuous" : "Once";
        Optional<String> current = where.text("/Boot/" + MODE);
        Optional<String> mode = device == BootDevice.UEFIHTTP ? Optional.of("UEFI") : operatorsMode().map(BootOverride::wire);
        boolean newMode = mode.isPresent() && current.isPresent() && !mode.equals(current);
        boolean sameEnabled = where.text("/Boot/" + ENABLED).equals(Optional.of(enabled));

        Map<String, Object> smallest = NodeBmc.body(TARGET, target);
        if (!httpUri.isEmpty()) {
            smallest.put(HTTP_URI, httpUri);
        }
        if (!sameEnabled) {
            smallest.put(ENABLED, enabled);
        }
        if (newMode) {
            smallest.put(MODE, mode.get());
        }
        Map<String, Object> full = new LinkedHashMap<>(smallest);
        full.put(ENABLED, enabled);
        mode.or(() -> current).ifPresent(text -> full.put(MODE, text));
        List<Map<String, Object>> tries = new ArrayList<>(wantsAll(system) ? List.of(full) : List.of(smallest, full));
        if (enabled.equals("Continuous")) {
            Map<String, Object> once = new LinkedHashMap<>(smallest);
            once.put(ENABLED, "Once");
            tries.add(once);
        }
        patch(where, tries);
        if (where.path().equals(system.path())) {
            confirm(system, target, httpUri);
        }
    }

    /// What an operator wrote on the node, and nothing that was only seen.
    private Optional<BootMode> operatorsMode() {
        return BootMode.fromWire(Capabilities.of(bmc.node().properties().get("capabilities")).getOrDefault("boot_mode", ""));
    }

    private boolean wantsAll(Resource system) {
        String named = bmc.node().properties().get("vendor") instanceof String vendor ? vendor : "";
        String maker = (named + " " + system.text("/Manufacturer").orElse("")).toLowerCase(Locale.ROOT);
        return WANTS_ALL.stream().anyMatch(vendor -> vendor.equals("ami") ? List.of(maker.split("[^a-z]+")).contains(vendor) : maker.contains(vendor));
    }

    private String target(Resource system, Resource where, BootDevice device) throws DriverException {
        Set<String> allowed = new LinkedHashSet<>(where.texts("/Boot/" + TARGET + ALLOWED));
        allowed.addAll(system.texts("/Boot/" + TARGET + ALLOWED));
        List<String> names = switch (device) {
            case PXE -> List.of("Pxe");
            case DISK -> List.of("Hdd");
            case CDROM -> List.of("Cd", "UsbCd"); // Supermicro's virtual drive is a USB one
            case BIOS -> List.of("BiosSetup");
            case UEFIHTTP -> List.of("UefiHttp");
            case SAFE, WANBOOT -> throw new DriverException(Kind.UNSUPPORTED,
                    "Boot device %s is not one that Redfish knows; supported are pxe, disk, cdrom, bios and uefihttp.".formatted(device.wire()));
        };
        return names.stream().filter(name -> allowed.isEmpty() || allowed.contains(name)).findFirst().orElseThrow(() -> new DriverException(Kind.UNSUPPORTED,
                "%s cannot boot %s from %s: it knows the boot sources %s.".formatted(bmc.name(), system.path(), device.wire(), allowed)));
    }

    /// Newer BMCs take boot changes at the settings of the next boot instead of at the system itself.
    private Resource where(Resource system) throws DriverException {
        Optional<String> settings = system.link("/@Redfish.Settings/SettingsObject");
        if (settings.isEmpty()) {
            return system;
        }
        Resource pending = bmc.get(settings.get());
        return pending.has("/Boot/" + TARGET) ? pending : system;
    }

    private void patch(Resource where, List<Map<String, Object>> tries) throws DriverException {
        RedfishException first = null;
        for (Map<String, Object> boot : new LinkedHashSet<>(tries)) {
            try {
                bmc.bmc().patch(where.path(), NodeBmc.body("Boot", boot));
                return;
            } catch (RedfishException e) {
                if (e.reason() != Reason.REFUSED && e.reason() != Reason.UNSUPPORTED) {
                    throw bmc.failed(e);
                }
                LOG.debug("{} refused {}: {}", bmc.name(), boot, e.getMessage());
                first = first == null ? e : first;
            }
        }
        throw bmc.failed(first);
    }

    /// A BMC that takes a boot device and keeps another one boots the old system.
    private void confirm(Resource system, String target, String httpUri) throws DriverException {
        String found = "";
        for (int look = 0; look < LOOKS; look++) {
            if (look > 0) {
                pause();
            }
            Resource now = bmc.ask((Bmc from) -> from.get(system.path()));
            if (!now.has("/Boot/" + TARGET)) {
                return; // it does not say
            }
            found = now.text("/Boot/" + TARGET).orElse("");
            boolean sameUri = !httpUri.isEmpty() && now.text("/Boot/" + HTTP_URI).equals(Optional.of(httpUri)); // some load it themselves, and boot it as a CD
            if (found.equals(target) || sameUri) {
                return;
            }
        }
        throw new DriverException(Kind.NOT_CONFIRMED, ("%s took the boot device and reads it back otherwise: set was %s, it has '%s'. Another tool may have changed it; or its"
                + " firmware ignores it, then set boot order and boot mode in the machine's own setup.").formatted(bmc.name(), target, found));
    }

    private void pause() throws DriverException {
        try {
            Thread.sleep(BETWEEN_LOOKS_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(Kind.BUSY, bmc.name() + ": setting the boot device was interrupted.", e);
        }
    }
}
