package io.bessemer.lab.simulated;

/// @param bmcAddress of loopback: `127.33.0.1`
public record SimulatedMachineSpec(String name, boolean uefi, String mac, String serial, String bmcAddress, int bmcPort, int memoryMib, long diskBytes) {
    public static final int BMC_PORT = 6230;
    public static final long DISK_BYTES = 4L << 30;

    /// The machine in slot `slot` (1 to 60,000) of a rack.
    public static SimulatedMachineSpec of(int slot, boolean uefi) {
        return new SimulatedMachineSpec((uefi ? "uefi-" : "bios-") + slot, uefi,
                "52:54:00:33:%02x:%02x".formatted(slot >> 8, slot & 0xff), "SIM-%05d".formatted(slot),
                "127.33.%d.%d".formatted(slot / 250, slot % 250 + 1), BMC_PORT, 4096, DISK_BYTES);
    }

    /// As of somebody who copied one machine's record for another.
    public SimulatedMachineSpec withMac(String another) {
        return new SimulatedMachineSpec(name, uefi, another, serial, bmcAddress, bmcPort, memoryMib, diskBytes);
    }

    SimulatedMachineSpec withDisk(long bytes) {
        return new SimulatedMachineSpec(name, uefi, mac, serial, bmcAddress, bmcPort, memoryMib, bytes);
    }
}
