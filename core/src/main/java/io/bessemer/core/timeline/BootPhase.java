package io.bessemer.core.timeline;

import java.util.Arrays;
import java.util.Optional;

/// The phases of a boot, in order. A node's phase is the furthest one seen since its last POWER event.
public enum BootPhase {
    /// the BMC was told to power on, off, cycle or reset, or to boot from a device
    POWER("power"),
    /// firmware or iPXE asked for an address
    DHCP("dhcp"),
    /// the network boot program was fetched by TFTP or HTTP
    LOADER("loader"),
    /// the boot script was fetched
    SCRIPT("script"),
    /// kernel and initramfs were fetched
    KERNEL("kernel"),
    /// the ramdisk's agent spoke
    AGENT("agent"),
    /// an agent command: image write, clean, ...
    COMMAND("command"),
    /// the machine was sent to boot from its own disk
    DISK_BOOT("disk boot"),
    /// the operating system that was imaged reported
    HOST("host"),
    /// the node's way as a member of a pool; no part of the boot itself, and seen at any time in it
    HYPERVISOR("hypervisor");

    private final String wire;

    BootPhase(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<BootPhase> fromWire(String text) {
        return Arrays.stream(values()).filter(phase -> phase.wire.equals(text)).findFirst();
    }
}
