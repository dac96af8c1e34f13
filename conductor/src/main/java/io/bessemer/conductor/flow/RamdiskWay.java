package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Node;
import java.net.URI;
import java.util.Objects;
import java.util.Set;

/// How a machine comes into the ramdisk, by its node's boot interface. All ways lead to iPXE, which asks for the machine's boot script; they differ in who loads iPXE.
enum RamdiskWay {
    /// its firmware by PXE: `ipxe`, `pxe`, and every interface that says nothing else
    PXE(BootDevice.PXE, "Set the boot device to pxe, once"),
    /// its UEFI firmware by HTTP, as DHCP tells it: `http`, `http-ipxe`
    UEFI_HTTP(BootDevice.UEFIHTTP, "Set the boot device to UEFI HTTP boot, once"),
    /// its BMC, which shows it as a CD: `redfish-virtual-media`
    VIRTUAL_MEDIA(BootDevice.CDROM, "Put the boot image into the virtual drive, and set the boot device to cdrom, once"),
    /// its UEFI firmware by HTTP, as its BMC tells it: `redfish-https`
    HTTP_URL(BootDevice.UEFIHTTP, "Told the firmware the URL of the boot image, once");

    /// Ironic's key: our content server as BMCs reach it
    static final String SERVER = "external_http_url";
    private static final String IMAGE = "/boot/files/ipxe.iso";

    private final BootDevice device;
    private final String told;

    RamdiskWay(BootDevice device, String told) {
        this.device = device;
        this.told = told;
    }

    static RamdiskWay of(Node node) {
        return switch (node.interfaces().getOrDefault("boot", "")) {
            case "http", "http-ipxe" -> UEFI_HTTP;
            case "redfish-virtual-media" -> VIRTUAL_MEDIA;
            case "redfish-https" -> HTTP_URL;
            default -> PXE;
        };
    }

    BootDevice device() {
        return device;
    }

    /// For the timeline.
    String told() {
        return told;
    }

    /// Tells the BMC. Safe to repeat.
    void prepare(StepContext context, BootMode mode) throws DriverException {
        var driver = context.driver();
        if (this != PXE && mode == BootMode.BIOS) {
            throw new DriverException(Kind.CONFIGURATION, ("boot_interface %s of node %s needs UEFI, and the node boots by BIOS as far as is known. Set its properties/capabilities to"
                    + " boot_mode:uefi, or choose boot_interface ipxe.").formatted(context.node().interfaces().get("boot"), context.node().displayName()));
        }
        switch (this) {
            case PXE, UEFI_HTTP -> driver.management().setBootDevice(context.driverNode(), device, mode, false);
            case VIRTUAL_MEDIA -> {
                drives(context).attach(context.driverNode(), Device.CDROM, image(context.node()));
                driver.management().setBootDevice(context.driverNode(), device, mode, false);
            }
            case HTTP_URL -> driver.management().setHttpBoot(context.driverNode(), image(context.node()));
        }
    }

    /// Takes away what the machine shall not boot again. Safe to repeat.
    void tidy(StepContext context) throws DriverException {
        switch (this) {
            case VIRTUAL_MEDIA -> drives(context).detach(context.driverNode(), Set.of(Device.CDROM));
            case PXE, UEFI_HTTP, HTTP_URL -> {
                // the boot device is all that there is
            }
        }
    }

    private static VirtualMediaInterface drives(StepContext context) throws DriverException {
        return context.driver().virtualMedia().orElseThrow(() -> new DriverException(Kind.UNSUPPORTED, "Driver %s of node %s has no virtual media. Choose boot_interface ipxe."
                .formatted(context.node().driver(), context.node().displayName())));
    }

    private static String image(Node node) throws DriverException {
        String text = Objects.toString(node.driverInfo().get(SERVER), "").strip().replaceAll("/+$", "");
        if (text.matches("https?://[^/?#\\s]+")) {
            try {
                return URI.create(text).resolve(IMAGE).toString();
            } catch (IllegalArgumentException e) {
                // told below
            }
        }
        throw new DriverException(Kind.CONFIGURATION, ("driver_info/%s of node %s is '%s'; boot_interface %s needs the content server as the BMC reaches it, such as"
                + " http://172.22.0.1:8088.").formatted(SERVER, node.displayName(), text, node.interfaces().get("boot")));
    }
}
