package io.bessemer.pxe.firmware;

import io.bessemer.pxe.dhcp.DhcpOption;
import io.bessemer.pxe.dhcp.DhcpOptions;

/// What kind of program sent a DHCP message.
public sealed interface Firmware {
    /// iPXE, in a ROM or loaded by us: takes a script by HTTP
    record Ipxe(ClientSystem system) implements Firmware {}

    /// a PXE stack without iPXE: takes a loader by TFTP
    record Pxe(ClientSystem system) implements Firmware {}

    /// UEFI HTTP boot: takes a loader by HTTP, and only from offers that say `HTTPClient`
    record HttpBoot(ClientSystem system) implements Firmware {}

    /// anything else that wants an address
    record OperatingSystem() implements Firmware {}

    /// iPXE sends `iPXE` as user class, not length-prefixed as RFC 3004 has it, and option 175 with its features.
    static Firmware of(DhcpOptions options) {
        String vendorClass = options.text(DhcpOption.VENDOR_CLASS).orElse("");
        String userClass = options.text(DhcpOption.USER_CLASS).orElse("");
        ClientSystem system = options.unsignedShort(DhcpOption.CLIENT_SYSTEM).map(ClientSystem::fromCode).orElse(ClientSystem.OTHER);
        if (options.has(DhcpOption.IPXE) || userClass.endsWith("iPXE")) {
            return new Ipxe(system);
        }
        if (vendorClass.startsWith("HTTPClient")) {
            return new HttpBoot(system);
        }
        if (vendorClass.startsWith("PXEClient")) {
            // firmware that leaves option 93 out is an old BIOS
            return new Pxe(options.has(DhcpOption.CLIENT_SYSTEM) ? system : ClientSystem.BIOS_X86);
        }
        return new OperatingSystem();
    }

    /// For people and timelines.
    default String title() {
        return switch (this) {
            case Ipxe(var system) -> "iPXE on " + system;
            case Pxe(var system) -> "PXE on " + system;
            case HttpBoot(var system) -> "HTTP boot on " + system;
            case OperatingSystem() -> "operating system";
        };
    }
}
