package io.bessemer.agent.disk;

/// A disk, as the kernel describes it. What the kernel does not know is an empty text.
///
/// @param name       `/dev/sda`
/// @param sizeBytes  of the whole disk
/// @param wwn        `0x5000c500...` or `eui...`
/// @param hctl       SCSI address: host:channel:target:lun
/// @param byPath     `/dev/disk/by-path/pci-...`, as udev would name it
/// @param removable  by the kernel's own flag: sticks, cards, CD drives
/// @param usb        on a USB bus
public record Disk(String name, String model, long sizeBytes, boolean rotational, String wwn, String wwnWithExtension,
        String wwnVendorExtension, String serial, String vendor, String hctl, String byPath, boolean removable, boolean usb) {
    static final long GIB = 1L << 30;

    /// A disk that is part of the machine: may be wiped, may be the root device.
    public boolean internal() {
        return !removable && !usb;
    }

    long sizeGib() {
        return sizeBytes / GIB;
    }

    /// For people: `/dev/sda (QEMU HARDDISK, serial QM00001, 20 GiB)`.
    String described() {
        String size = sizeBytes >= GIB ? sizeGib() + " GiB" : (sizeBytes >> 20) + " MiB";
        return "%s (%s, serial %s, %s)".formatted(name, model.isEmpty() ? "no model" : model, serial.isEmpty() ? "unknown" : serial, size);
    }
}
