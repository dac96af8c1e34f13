package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.firmware.ClientSystem;
import io.bessemer.pxe.firmware.Firmware;
import java.net.Inet4Address;

/// What a DHCP answer tells the client to load.
sealed interface BootTarget {
    record ByTftp(String file) implements BootTarget {}

    record ByHttp(String url) implements BootTarget {}

    /// an address only
    record Nothing() implements BootTarget {}

    /// an address only, though it wants more: nothing that we have can run on it
    record NoLoader(ClientSystem system) implements BootTarget {}

    static BootTarget of(Firmware firmware, MacAddress mac, Inet4Address server, int httpPort, BootFiles files) {
        String base = "http://" + server.getHostAddress() + ":" + httpPort + "/boot/";
        return switch (firmware) {
            case Firmware.Ipxe _ -> new ByHttp(base + "script/" + mac);
            case Firmware.Pxe(var system) -> files.loader(system).<BootTarget>map(ByTftp::new).orElseGet(() -> new NoLoader(system));
            case Firmware.HttpBoot(var system) -> files.loader(system).<BootTarget>map(loader -> new ByHttp(base + "files/" + loader)).orElseGet(() -> new NoLoader(system));
            case Firmware.OperatingSystem() -> new Nothing();
        };
    }
}
