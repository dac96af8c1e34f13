package io.bessemer.lab.qemu;

import java.util.Locale;
import java.util.UUID;

/// How one machine of a rack is built.
///
/// @param name         unique in the rack; letters, digits and dashes
/// @param networkFirst tries the network before the disk when its BMC set no boot device, as many servers are delivered
/// @param memoryMib    the ramdisk needs 512
/// @param diskBytes    of each disk
/// @param disks        of one kind and size; the firmware boots from the first
/// @param network      that its NIC is on
public record MachineSpec(String name, Firmware firmware, Nic nic, Disk disk, BootWay bootWay, int memoryMib, long diskBytes, int disks,
        String mac, UUID uuid, String serial, boolean networkFirst, ProvisioningNetwork network) {
    public static final int DEFAULT_MEMORY_MIB = 512;
    public static final long DEFAULT_DISK_BYTES = 4L << 30;

    public enum Firmware {
        BIOS, UEFI
    }

    /// `E1000` has no driver in OVMF and in Debian's cloud kernel.
    public enum Nic {
        VIRTIO, E1000
    }

    public enum Disk {
        VIRTIO, SATA, NVME
    }

    /// Who speaks DHCP first.
    public enum BootWay {
        /// QEMU's iPXE option ROM, under both kinds of firmware
        IPXE_ROM,
        /// OVMF's own PXE stack
        OVMF_PXE,
        /// OVMF's HTTP boot
        OVMF_HTTP
    }

    public MachineSpec {
        if (!name.matches("[a-zA-Z0-9-]{1,32}")) {
            throw new IllegalArgumentException("machine name '%s' is not 1 to 32 letters, digits and dashes".formatted(name));
        }
        if (!mac.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
            throw new IllegalArgumentException("MAC address '%s' of %s is not six lower-case hex pairs".formatted(mac, name));
        }
        if (!serial.matches("[a-zA-Z0-9-]{1,20}")) {
            throw new IllegalArgumentException("serial number '%s' of %s is not 1 to 20 letters, digits and dashes".formatted(serial, name));
        }
        if (disks < 1 || disks > 8) {
            throw new IllegalArgumentException("%s: %d disks, but 1 to 8 are possible".formatted(name, disks));
        }
        if (firmware == Firmware.BIOS && bootWay != BootWay.IPXE_ROM) {
            throw new IllegalArgumentException("%s: %s needs UEFI firmware".formatted(name, bootWay));
        }
        if (nic == Nic.E1000 && bootWay != BootWay.IPXE_ROM) {
            throw new IllegalArgumentException("%s: OVMF has no driver for an e1000".formatted(name));
        }
    }

    /// The machine in slot `slot` (1 to 200) of a rack, with the usual devices.
    public static MachineSpec of(int slot, Firmware firmware) {
        String name = "%s-%d".formatted(firmware.name().toLowerCase(Locale.ROOT), slot);
        return new MachineSpec(name, firmware, Nic.VIRTIO, Disk.VIRTIO, BootWay.IPXE_ROM, DEFAULT_MEMORY_MIB, DEFAULT_DISK_BYTES, 1,
                "52:54:00:22:00:%02x".formatted(10 + slot), new UUID(0x2a0e4c1e00004000L, 0x8000000000000000L + 10 + slot),
                "BSM-%04d".formatted(slot), false, ProvisioningNetwork.FIRST);
    }

    public MachineSpec bootingBy(BootWay way) {
        return new MachineSpec(name, firmware, nic, disk, way, memoryMib, diskBytes, disks, mac, uuid, serial, networkFirst, network);
    }

    public MachineSpec with(Nic otherNic, Disk otherDisk) {
        return new MachineSpec(name, firmware, otherNic, otherDisk, bootWay, memoryMib, diskBytes, disks, mac, uuid, serial, networkFirst, network);
    }

    public MachineSpec withDiskBytes(long bytes) {
        return new MachineSpec(name, firmware, nic, disk, bootWay, memoryMib, bytes, disks, mac, uuid, serial, networkFirst, network);
    }

    public MachineSpec withDisks(int number) {
        return new MachineSpec(name, firmware, nic, disk, bootWay, memoryMib, diskBytes, number, mac, uuid, serial, networkFirst, network);
    }

    public MachineSpec withMemoryMib(int mebibytes) {
        return new MachineSpec(name, firmware, nic, disk, bootWay, mebibytes, diskBytes, disks, mac, uuid, serial, networkFirst, network);
    }

    public MachineSpec tryingNetworkFirst() {
        return new MachineSpec(name, firmware, nic, disk, bootWay, memoryMib, diskBytes, disks, mac, uuid, serial, true, network);
    }

    /// Of the disk with that number, from 1; the first has the machine's own.
    public String diskSerial(int number) {
        return number == 1 ? serial : serial + "-" + number;
    }

    public MachineSpec on(ProvisioningNetwork other) {
        return new MachineSpec(name, firmware, nic, disk, bootWay, memoryMib, diskBytes, disks, mac, uuid, serial, networkFirst, other);
    }
}
