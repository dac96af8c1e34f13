package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.firmware.ClientSystem;
import io.bessemer.pxe.firmware.Firmware;
import java.net.Inet4Address;

/// What a DHCP answer tells the client to load.
sealed interface BootTarget {
    record ByTftp(String file) implements BootTarget {}

    record ByHttp(String url) implements BootTarget {}

    /// an address only
    record Nothing() implements BootTarget {}

    static BootTarget of(Firmware firmware, MacAddress mac, Inet4Address server, int httpPort) {
        String base = "http://" + server.getHostAddress() + ":" + httpPort + "/boot/";
        return switch (firmware) {
            case Firmware.Ipxe _ -> new ByHttp(base + "script/" + mac);
            case Firmware.Pxe(var system) -> system == ClientSystem.OTHER ? new Nothing() : new ByTftp(system.loader());
            case Firmware.HttpBoot(var system) -> system == ClientSystem.OTHER ? new Nothing() : new ByHttp(base + "files/" + system.loader());
            case Firmware.OperatingSystem() -> new Nothing();
        };
    }
}
