package io.bessemer.ramdisk;

import java.util.List;
import java.util.Locale;

/// Which of Debian's kernels the ramdisk runs, and the modules that go with it. A module is named as `modprobe` does; a name
/// that ends with `/` takes the whole folder below `kernel/`. What a kernel does not have is left out: it may be built in.
public enum Flavour {
    /// Virtual machines: virtio, NVMe, IDE. Half the size, and quicker under emulation.
    CLOUD("linux-image-cloud-amd64", List.of()),

    /// Servers: the network and storage controllers of the last fifteen years, and the BMC in band.
    GENERIC("linux-image-amd64", List.of(
            "drivers/net/ethernet/intel/", "drivers/net/ethernet/broadcom/", "drivers/net/ethernet/mellanox/",
            "drivers/net/ethernet/emulex/", "drivers/net/ethernet/cisco/", "drivers/net/ethernet/amazon/",
            "drivers/net/ethernet/realtek/", "drivers/net/ethernet/aquantia/", "drivers/net/ethernet/chelsio/cxgb4/",
            "drivers/net/ethernet/sfc/", "drivers/net/ethernet/marvell/", "drivers/net/ethernet/amd/", "vmxnet3",
            "drivers/nvme/host/", "ahci", "ata_generic", "ata_piix", "drivers/ata/",
            "megaraid_sas", "mpt3sas", "mpi3mr", "hpsa", "smartpqi", "aacraid", "arcmsr", "isci", "pm80xx", "mvsas", "vmw_pvscsi", "mptsas", "mptspi",
            "ipmi_si", "ipmi_devintf", "ipmi_msghandler", "ipmi_ssif", "acpi_ipmi",
            "xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", "usb-storage", "uas", "usbhid", "hid_generic", "usbnet", "cdc_ether", "rndis_host",
            "linear", "vmd", "sg", "ses"));

    /// Needed on both.
    private static final List<String> COMMON = List.of(
            "virtio_pci", "virtio_net", "virtio_blk", "virtio_scsi", "virtio_rng", "virtio_console", "sd_mod", "sr_mod", "ata_piix", "e1000", "e1000e",
            "nvme", "ext4", "vfat", "nls_ascii", "nls_cp437", "nls_utf8", "nls_iso8859-1", "isofs", "efivarfs", "dm-mod", "md-mod", "raid0", "raid1", "raid10", "raid456", "loop", "crc32c_generic",
            "crc32c-intel", "libcrc32c", "dmi-sysfs", "8021q", "bonding", "af_packet");

    private final String metaPackage;
    private final List<String> modules;

    Flavour(String metaPackage, List<String> modules) {
        this.metaPackage = metaPackage;
        this.modules = modules;
    }

    String metaPackage() {
        return metaPackage;
    }

    List<String> modules() {
        return java.util.stream.Stream.concat(COMMON.stream(), modules.stream()).toList();
    }

    /// @throws IllegalArgumentException naming what is allowed
    public static Flavour parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "cloud" -> CLOUD;
            case "generic" -> GENERIC;
            default -> throw new IllegalArgumentException("Ramdisk kernel '%s' is not one of cloud, generic".formatted(text));
        };
    }
}
