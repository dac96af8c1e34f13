package io.bessemer.conductor.flow;

import io.bessemer.core.timeline.BootPhase;
import java.util.List;

/// What to look at when a boot stays in a phase, in operators' words, most likely first.
public final class BootAdvice {
    private BootAdvice() {
    }

    /// What is known and what is missing.
    public static String stuckIn(BootPhase phase) {
        return switch (phase) {
            case POWER -> "the machine is on, but no DHCP packet came from it";
            case DHCP -> "the machine got an address, but fetched no loader and no boot script";
            case LOADER -> "the loader was fetched, but it asked for no boot script";
            case SCRIPT -> "the boot script was fetched, but no kernel";
            case KERNEL -> "kernel and initramfs were fetched, but no agent spoke";
            case AGENT, COMMAND -> "the agent spoke, and then fell silent";
            case DISK_BOOT -> "the machine was sent to its own disk, and has not reported";
            case HOST, HYPERVISOR -> "the host reported";
        };
    }

    public static List<String> of(BootPhase phase) {
        return switch (phase) {
            case POWER -> List.of(
                    "Check that the MAC address of the node's port is that of the NIC that boots.",
                    "Check that the NIC is cabled into the provisioning network, in the right VLAN, with PXE enabled in the firmware.",
                    "Check that the boot mode (properties/capabilities boot_mode) is the firmware's: a BMC told the wrong one boots the old system.",
                    "Look at the console: firmware may wait for a key, or still test memory.");
            case DHCP -> List.of(
                    "Check for a second DHCP server in this network.",
                    "Check that a firewall lets TFTP (UDP 69) and HTTP (8088) through from the provisioning network.",
                    "Look at the console for the firmware's own error, such as PXE-E16 or PXE-E32.");
            case LOADER -> List.of(
                    "Check that Secure Boot is off: the loader is not signed.",
                    "Check that the machine reaches the content server by HTTP (port 8088).");
            case SCRIPT -> List.of(
                    "Check that the boot files vmlinuz and initramfs are in the data directory (`./bessemer ramdisk build`).",
                    "Look at the console for iPXE's error.");
            case KERNEL -> List.of(
                    "Look at the serial console: the kernel may miss a driver for this NIC, or run out of memory (512 MB are needed).",
                    "Check that the machine reaches the agent address (port 6386) from the provisioning network.",
                    "Check driver_info/kernel_append_params.");
            case AGENT, COMMAND -> List.of("Look at the console of the machine.", "Check its network cable and switch port.");
            case DISK_BOOT -> List.of(
                    "Look at the console: does the firmware find the disk, and the loader on it?",
                    "Check that the image supports the machine's boot mode, and that cloud-init in it may reach the agent address.");
            case HOST, HYPERVISOR -> List.of();
        };
    }
}
