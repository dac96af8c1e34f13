package io.bessemer.conductor;

import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;

/// How long a network boot may stay in one phase before the machine is started again.
///
/// @param power  from power on to the first DHCP packet; a large server tests its memory first, so raise it there
/// @param dhcp   from an address to the first loader or script
/// @param loader from the loader to the boot script
/// @param script from the script to the kernel
/// @param kernel from the last byte of kernel or initramfs to the agent
public record BootDeadlines(Duration power, Duration dhcp, Duration loader, Duration script, Duration kernel) {
    public static BootDeadlines defaults() {
        return new BootDeadlines(Duration.ofSeconds(90), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(180));
    }

    public Duration of(BootPhase phase) {
        return switch (phase) {
            case POWER -> power;
            case DHCP -> dhcp;
            case LOADER -> loader;
            case SCRIPT -> script;
            case KERNEL, AGENT, COMMAND, DISK_BOOT, HOST, HYPERVISOR -> kernel;
        };
    }
}
